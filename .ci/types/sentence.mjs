import { assignments } from './dim.mjs'

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A sentence with names as the run says it: sizes for names and formulas, anything for what is not known. */
const asInRun = (sentence, names, run) => {
  const formula = new RegExp(`(?:${names.join('|')}|\\d+)(?:[*+/-](?:${names.join('|')}|\\d+))*`, 'g')
  const withSizes =
    names.length === 0
      ? sentence
      : sentence.replace(formula, (text) => {
          if (!names.some((name) => text.includes(name))) return text
          const numbers = text.replace(/[a-z]+/g, (word) => `${assignments[word][run]}`)
          return `${new Function(`return ${numbers}`)()}`
        })
  return new RegExp(`^${escaped(withSizes).replaceAll('\\[…\\]', '\\[.*\\]').replaceAll('\\?', '\\d+')}$`)
}

/** Whether the first line of a compiler's message holds the sentence that a run throws. */
export const sentenceAgrees = (message, thrown, names) => {
  const quoted = /"([^"]*)"'\.$/.exec(message)?.[1]
  if (quoted === undefined) return false
  return thrown.some((text, run) => text !== undefined && asInRun(quoted, names, run).test(text))
}
