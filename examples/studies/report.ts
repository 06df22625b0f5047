/** Where a study says how far it is. */
export interface Report {
  readonly line: (text: string) => void
}

/** A page in Markdown, and the pictures that it shows by the names of their files: text of SVG, or bytes of PNG. */
export interface IllustratedPage {
  readonly page: string
  readonly pictures: Readonly<Record<string, string | Uint8Array>>
}

/** Rows as a table in Markdown; the first column is text, the others are numbers. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  )
}

/** The mean of some numbers and the standard deviation between them. */
export const spreadOf = (
  values: readonly number[],
): { readonly mean: number; readonly deviation: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

/** `mean ± standard deviation` of what the same run gives with several seeds. */
export const spread = (values: readonly number[], digits: number): string => {
  const { mean, deviation } = spreadOf(values)
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`
}

/** The middle of some numbers. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2
}
