import type { Rows } from './views.ts'

/** A direction in the space of examples, of length 1, and the mean that it goes through. */
export interface Axis {
  readonly mean: Float64Array
  readonly direction: Float64Array
}

/** Enough for directions to stand still to what can be drawn. */
const iterations = 500

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The eigenvector of the largest eigenvalue, by power iteration; signed so that its elements sum to 0 or more. */
const leading = (matrix: readonly Float64Array[]): Float64Array => {
  // Not orthogonal to any eigenvector but by chance.
  let vector = Float64Array.from(matrix, (_, i) => 1 + i / 7)
  for (let i = 0; i < iterations; i++) {
    const next = Float64Array.from(matrix, (row) => dot(row, vector))
    const length = Math.hypot(...next)
    if (length === 0) break
    vector = next.map((value) => value / length)
  }
  const length = Math.hypot(...vector)
  const sign = vector.reduce((sum, value) => sum + value, 0) < 0 ? -1 : 1
  return vector.map((value) => (sign * value) / length)
}

/** The two directions in which examples vary most. Examples of one number have that alone. */
export const principalAxes = (rows: Rows): readonly [Axis, Axis] => {
  const size = rows[0]!.length
  const mean = Float64Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, row) => sum + row[i]! / rows.length, 0),
  )
  const covariance = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) =>
      rows.reduce((sum, row) => sum + ((row[i]! - mean[i]!) * (row[j]! - mean[j]!)) / rows.length, 0),
    ),
  )
  const first = leading(covariance)
  const variance = dot(
    first,
    Float64Array.from(covariance, (row) => dot(row, first)),
  )
  const rest = covariance.map((row, i) => row.map((value, j) => value - variance * first[i]! * first[j]!))
  const second = leading(rest)
  return [
    { mean, direction: first },
    { mean, direction: second },
  ]
}

/** Where an example lies along an axis. */
export const along = ({ mean, direction }: Axis, row: ArrayLike<number>): number =>
  dot(direction, row) - dot(direction, mean)
