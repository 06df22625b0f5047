import { parseHTML } from 'linkedom'

/** A document for the plotting library to draw in. */
export const plotDocument = () => parseHTML('<!doctype html><html><body></body></html>').document

/**
 * Colours that a page may define, readable in light and dark; a file of its own has those behind the comma, which read on
 * both.
 */
export const colors = {
  first: 'var(--train, #c2660c)',
  second: 'var(--test, #3b7dd8)',
} as const

/** What all plots look like: they take the colour of the text around them. */
export const plotStyle = {
  background: 'none',
  color: 'currentColor',
  fontSize: '12px',
  overflow: 'visible',
} as const

/** The text of an `<svg>` element as one that can be a file. */
export const svgText = ({ outerHTML }: { readonly outerHTML: string }): string =>
  outerHTML.includes('xmlns=')
    ? outerHTML
    : outerHTML.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
