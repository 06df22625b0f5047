import { type AnyTensor, key as keyOf, normal, type Tensor } from '@vae/tensor'
import * as fc from 'fast-check'

/** Number of vectors and features, and the seed of what they hold. */
export interface Sizes {
  readonly n: number
  readonly d: number
  readonly k: number
  readonly seed: number
}

/** Sizes of small cases: N vectors of D features, and K codes. */
export const sizes: fc.Arbitrary<Sizes> = fc.record({
  n: fc.integer({ min: 1, max: 30 }),
  d: fc.integer({ min: 1, max: 6 }),
  k: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
})

/** N normal vectors of D features. */
export const vectors = ({ n, d, seed }: Sizes): Tensor<[number, number]> => normal(keyOf(seed + 1), [n, d])

/** The rows of a matrix as numbers. */
export const rowsOf = ({ shape: [rows, columns], data }: AnyTensor): number[][] =>
  Array.from({ length: rows! }, (_, i) => [...data.slice(i * columns!, (i + 1) * columns!)])

/** ‖x − y‖² in double precision. */
export const squaredDistanceOf = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((total, value, i) => total + (value - y[i]!) ** 2, 0)

/** ‖x‖² in double precision. */
export const squaredNormOf = (x: readonly number[]): number =>
  squaredDistanceOf(
    x,
    x.map(() => 0),
  )

/** The distance to the nearest of some codes. */
export const leastDistance = (x: readonly number[], codes: readonly (readonly number[])[]): number =>
  Math.min(...codes.map((code) => squaredDistanceOf(x, code)))

/** Of n weights of 1 followed by weights of 0. */
export const onesThenZeros = (ones: number, zeros: number): number[] =>
  Array.from({ length: ones + zeros }, (_, i) => (i < ones ? 1 : 0))
