import { assignments } from './dim.mjs'

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** How many parentheses are open after a text. */
const depth = (text) => text.split('(').length - text.split(')').length

/** A formula over names, without the parentheses of the sentence around it. */
const evaluateFormula = (text, sizeOf) => {
  const before = depth(text) > 0 ? '(' : ''
  const after = depth(text) < 0 ? ')' : ''
  const formula = text.slice(before.length, text.length - after.length)
  return `${before}${new Function(`return ${formula.replace(/[a-z]+/g, sizeOf)}`)()}${after}`
}

/** A sentence with names as the run says it: sizes for names and formulas, anything for what is not known. */
const asInRun = (sentence, names, run) => {
  const formula = /[\w()*+/-]+/g
  const withSizes = sentence.replace(formula, (text) =>
    names.some((name) => new RegExp(`\\b${name}\\b`).test(text))
      ? evaluateFormula(text, (word) => `${assignments[word][run]}`)
      : text,
  )
  return new RegExp(`^${escaped(withSizes).replaceAll('\\[…\\]', '\\[.*\\]').replaceAll('\\?', '\\d+')}$`)
}

/** Whether the first line of a compiler's message holds the sentence that a run throws. */
export const sentenceAgrees = (message, thrown, names) => {
  const quoted = /"([^"]*)"'\.$/.exec(message)?.[1]
  if (quoted === undefined) return false
  return thrown.some((text, run) => text !== undefined && asInRun(quoted, names, run).test(text))
}
