import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** Colours of series, told apart on the paper of both schemes and by most who see few colours. */
export const colours = ['#3b82d6', '#e0701f', '#159a6c', '#b45fc4'] as const

/**
 * A chart as the text of an SVG file, with a name for those who do not see it. An image on a page cannot see whether the page is dark, only what the reader's
 * system prefers: so it brings paper and ink of its own, for both.
 */
export const chart = (name: string, options: Plot.PlotOptions): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    document,
    width: 640,
    height: 400,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 32,
    marginBottom: 44,
    style: { fontSize: '13px' },
    ...options,
  })
  const title = document.createElement('title')
  title.textContent = name
  svg.prepend(title)
  const scheme = document.createElement('style')
  scheme.textContent =
    'svg { --plot-background: #fff; color: #24292f; background: var(--plot-background); } ' +
    '@media (prefers-color-scheme: dark) { svg { --plot-background: #161b22; color: #d7dde3; } }'
  svg.append(scheme)
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}
