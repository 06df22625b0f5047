import { pages, read, sources } from './sources.ts'

/** An example between ```ts and ```, in a docstring or on a page. */
export interface Fence {
  readonly kind: 'docstring' | 'page'
  readonly file: string
  /** The number, from 1, of the first line of code. */
  readonly line: number
  readonly code: string
}

/** The text of a line of a docstring without its asterisk. */
const withoutAsterisk = (line: string): string => line.replace(/^\s*\* ?/, '')

const fencesIn = (kind: Fence['kind'], file: string): Fence[] => {
  const lines = read(file).split(/\r?\n/)
  const text =
    kind === 'page' ? lines : lines.map((line) => (/^\s*\*/.test(line) ? withoutAsterisk(line) : ''))
  const fences: Fence[] = []
  for (let start = 0; start < text.length; start++) {
    if (!/^\s*```ts\s*$/.test(text[start]!)) continue
    const length = text.slice(start + 1).findIndex((line) => /^\s*```\s*$/.test(line))
    if (length < 0) throw new Error(`${file}:${start + 1}: the example has no end`)
    const code = text.slice(start + 1, start + 1 + length).join('\n')
    fences.push({ kind, file, line: start + 2, code })
    start += length + 1
  }
  return fences
}

/** Every example of the repository. */
export const fences: readonly Fence[] = [
  ...sources.flatMap((file) => fencesIn('docstring', file)),
  ...pages.flatMap((file) => fencesIn('page', file)),
]
