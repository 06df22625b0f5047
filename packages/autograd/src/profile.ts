/** What one step of a program took. */
export interface ProfiledStep {
  /** What runs: the name of a kernel, or `loop`, `copy`, … */
  readonly kernel: string
  /** What it does, with the shapes of its operands and result. */
  readonly label: string
  readonly milliseconds: number
  /** Estimated operations on elements, and estimated bytes that it must move. */
  readonly flops: number
  readonly bytes: number
  /** The part, from 0 to 1, of the speed that the machine's arithmetic and memory allow for it. */
  readonly roofline: number
}

/** Where the time of a program goes, measured step by step on one thread. */
export interface Profile {
  readonly steps: readonly ProfiledStep[]
  /** The ceilings of one core, measured in the same process. */
  readonly ceilings: { readonly flopsPerSecond: number; readonly bytesPerSecond: number }
  /** How often the program was run to be measured. */
  readonly rounds: number
}

const percent = (part: number): string => `${(100 * part).toFixed(0)} %`

const time = (milliseconds: number): string =>
  milliseconds < 1 ? `${(1000 * milliseconds).toFixed(2)} µs` : `${milliseconds.toFixed(2)} ms`

const giga = (perSecond: number): string => (perSecond / 1e9).toFixed(1)

/** Columns as wide as their widest cell, numbers to the right. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < 6 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n')
}

/**
 * A profile as a table, the slowest step first: its time, its share of the whole, what it computes and moves per
 * second, and the share of the roofline that it reaches.
 *
 * ```ts
 * const profile: Profile = {
 *   steps: [{ kernel: 'loop', label: 'exp', milliseconds: 0.5, flops: 35e6, bytes: 8e6, roofline: 0.8 }],
 *   ceilings: { flopsPerSecond: 50e9, bytesPerSecond: 20e9 },
 *   rounds: 16,
 * }
 * showProfile(profile).includes('loop') // → true
 * ```
 */
export const showProfile = ({ steps, ceilings, rounds }: Profile): string => {
  const total = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const rows = [...steps]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .map(({ kernel, label, milliseconds, flops, bytes, roofline }) => {
      const seconds = milliseconds / 1000
      const rates = [flops, bytes].map((amount) => giga(seconds === 0 ? 0 : amount / seconds))
      const share = total === 0 ? 0 : milliseconds / total
      return [time(milliseconds), percent(share), ...rates, percent(roofline), '', kernel, label]
    })
  const { flopsPerSecond, bytesPerSecond } = ceilings
  return [
    table([['time', 'share', 'GFLOP/s', 'GB/s', 'roofline', '', 'kernel', ''], ...rows]),
    `${time(total)} in ${steps.length} steps on one thread, the best of ${rounds} rounds; ` +
      `the roofline of one core is ${giga(flopsPerSecond)} GFLOP/s and ${giga(bytesPerSecond)} GB/s`,
  ].join('\n')
}
