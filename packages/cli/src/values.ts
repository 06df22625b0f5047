import { Refusal } from './failure.ts'

/** Parsers of option values for commander. Each throws a sentence with the option, what it expects and what came. */

const refuse = (option: string, expected: string, text: string): never => {
  throw new Refusal(`${option}: expected ${expected}, got ${text === '' ? 'nothing' : text}`)
}

/** Decimal numbers as people write them; `Number` alone would take '', '0x10' and 'Infinity' too. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

const parse = (text: string): number => (decimal.test(text) ? Number(text) : Number.NaN)

/** A whole number from `least` to `most`. */
export const wholeNumber =
  (option: string, least: number, most: number) =>
  (text: string): number => {
    const value = parse(text)
    return Number.isInteger(value) && value >= least && value <= most
      ? value
      : refuse(option, `a whole number from ${least} to ${most}`, text)
  }

/** Whole numbers from `least` to `most` with commas between them, at most `longest`. */
export const wholeNumbers =
  (option: string, least: number, most: number, longest: number) =>
  (text: string): readonly number[] => {
    const values = text.split(',').map(parse)
    return values.length <= longest &&
      values.every((value) => Number.isInteger(value) && value >= least && value <= most)
      ? values
      : refuse(
          option,
          `whole numbers from ${least} to ${most} with commas between them, at most ${longest}`,
          text,
        )
  }

/** A number from 0 to below 1. */
export const share =
  (option: string) =>
  (text: string): number => {
    const value = parse(text)
    return value >= 0 && value < 1 ? value : refuse(option, 'a number from 0 to below 1', text)
  }

/** A number above 0. */
export const positive =
  (option: string, most: number) =>
  (text: string): number => {
    const value = parse(text)
    return value > 0 && value <= most ? value : refuse(option, `a number above 0, at most ${most}`, text)
  }

/** A number of at least 0. */
export const nonNegative =
  (option: string, most: number) =>
  (text: string): number => {
    const value = parse(text)
    return value >= 0 && value <= most ? value : refuse(option, `a number from 0 to ${most}`, text)
  }

/** `a or b`, `a, b or c`. */
const listed = (words: readonly string[]): string =>
  words.length < 3 ? words.join(' or ') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** One of a few words. */
export const oneOf =
  <const T extends string>(option: string, choices: readonly T[]) =>
  (text: string): T =>
    choices.find((choice) => choice === text) ?? refuse(option, listed(choices), text)

/** The name of a folder: nothing that leads elsewhere. */
export const folderName =
  (option: string) =>
  (text: string): string =>
    /^[\w][\w.-]*$/.test(text)
      ? text
      : refuse(option, 'a name of letters, digits, dots, dashes and underscores', text)

/** A path that is not empty. */
export const path =
  (option: string) =>
  (text: string): string =>
    text === '' ? refuse(option, 'a path', text) : text

/** Words with commas between them, `what` in a sentence. */
export const words =
  (option: string, what: string) =>
  (text: string): readonly string[] => {
    const found = text.split(',').map((word) => word.trim())
    return found.every((word) => word !== '')
      ? found
      : refuse(option, `${what} with commas between them`, text)
  }
