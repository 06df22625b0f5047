import { includeVectors, momentsOf, noVectors, symmetricEigen } from '@vae/metrics'
import { tensor } from '@vae/tensor'
import type { Rows } from './views.ts'

/** A direction in the space of examples, of length 1, and the mean that it goes through. */
export interface Axis {
  readonly mean: Float64Array
  readonly direction: Float64Array
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** A direction or its opposite: the one whose elements sum to 0 or more. */
const signed = (direction: Float64Array): Float64Array =>
  direction.reduce((sum, value) => sum + value, 0) < 0 ? direction.map((value) => -value) : direction

/** The two directions in which examples vary most. Examples of one number have that alone. */
export const principalAxes = (rows: Rows): readonly [Axis, Axis] => {
  const size = rows[0]!.length
  const examples = tensor(
    [rows.length, size],
    rows.flatMap((row) => [...row]),
  )
  const { mean, covariance } = momentsOf(includeVectors(noVectors(size), examples), 'all')
  const { vectors } = symmetricEigen(covariance)
  const axis = (column: number): Axis => ({
    mean,
    direction: signed(Float64Array.from({ length: size }, (_, row) => vectors[row * size + column]!)),
  })
  return [axis(0), axis(Math.min(1, size - 1))]
}

/** Where an example lies along an axis. */
export const along = ({ mean, direction }: Axis, row: ArrayLike<number>): number =>
  dot(direction, row) - dot(direction, mean)
