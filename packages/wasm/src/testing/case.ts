import type { DType, Primitive, PrimitiveParameters, TensorSpec } from '@vae/tensor'
import fc from 'fast-check'

/** A random tensor by its seed, which is what a failure prints. */
export interface Random extends TensorSpec {
  readonly seed: number
  readonly special: boolean
  /** For indices: one more than the largest that is inside. */
  readonly below?: number
}
export const random = (dims: readonly number[], dtype: DType, from: number, special = false): Random => ({
  shape: dims,
  dtype,
  seed: from,
  special,
})

export const indices = (dims: readonly number[], from: number, below: number): Random => ({
  ...random(dims, 'i32', from),
  below,
})

/** Operands and parameters of one application, and how far off its floats may be. */
export interface Case<Parameters> {
  readonly operands: readonly Random[]
  readonly parameters: Parameters
  readonly ulps?: number
  /** Absolute error that is allowed besides, where a result is bounded by its terms. */
  readonly bound?: number
}

/** Generators of cases for all primitives. */
export type AllCases = { readonly [P in Primitive]: fc.Arbitrary<Case<PrimitiveParameters[P]>> }

/** Generators of cases for some primitives. */
export type Cases = Partial<AllCases>

export const dim = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(12, 16, 17, 33, 67) },
)
export const shape = fc
  .array(dim, { maxLength: 4 })
  .filter((dims) => dims.reduce((size, d) => size * d, 1) <= 40_000)
export const seed = fc.integer({ min: 1, max: 2 ** 31 })
export const dtypes = (...list: DType[]) => fc.constantFrom(...list)
export const every = dtypes('f32', 'i32', 'u32', 'u8', 'bool')

export const unary = (list: DType[], ulps = 0): fc.Arbitrary<Case<object>> =>
  fc.tuple(shape, dtypes(...list), seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, dtype, s, true)],
    parameters: {},
    ulps,
  }))
export const binary = (list: DType[], ulps = 0): fc.Arbitrary<Case<object>> =>
  fc.tuple(shape, dtypes(...list), seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, dtype, s, true), random(dims, dtype, s + 1, true)],
    parameters: {},
    ulps,
  }))
export const perAxis = <T>(dims: readonly number[], arbitrary: (size: number) => fc.Arbitrary<T>) =>
  fc.tuple(...dims.map(arbitrary))
