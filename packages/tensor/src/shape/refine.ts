import * as E from 'fp-ts/lib/Either.js'
import type { DType } from '../dtype.ts'
import type { AnyTensor, Of, TensorOf } from '../tensor.ts'
import { type Dim, type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'

/** What `refine` checks: a number is a known size, a string names one, null accepts any. */
export type ShapePattern = readonly (number | string | null)[]

/** The shape that a pattern stands for: 784 → 784, 'batch' → Dim<'batch'>, null → number. */
export type Refined<P extends ShapePattern> = {
  -readonly [K in keyof P]: P[K] extends string ? Dim<P[K]> : P[K] extends number ? P[K] : number
}

/** Several tensors by name, each of any shape. */
export type TensorRecord<Keys extends PropertyKey> = { readonly [K in Keys]: AnyTensor }

export type RefinedAll<P extends Readonly<Record<string, ShapePattern>>, T extends TensorRecord<keyof P>> = {
  readonly [K in keyof P]: Of<Refined<P[K]>, T[K]['dtype']>
}

const showPattern = (pattern: ShapePattern): string => showShape(pattern.map((dim) => dim ?? '?'))

/** Why `shape` does not fit `pattern`, or null. Sizes of names are read from and added to `names`. */
const mismatch = (names: Map<string, number>, pattern: ShapePattern, shape: Shape): string | null => {
  const expected = `expected ${showPattern(pattern)}, got ${showShape(shape)}`
  if (pattern.length !== shape.length) return `${expected} (rank ${pattern.length} ≠ ${shape.length})`
  for (const [axis, want] of pattern.entries()) {
    const size = shape[axis]!
    if (typeof want === 'number' && want !== size) return `${expected} (axis ${axis}: ${want} ≠ ${size})`
    if (typeof want !== 'string') continue
    const known = names.get(want)
    if (known !== undefined && known !== size) return `${expected} (${want} is both ${known} and ${size})`
    names.set(want, size)
  }
  return null
}

/**
 * Gives a tensor whose shape is not known to the compiler the type that it turns out to have, or says in a
 * `ShapeError` why it cannot: a number in the pattern is a known size, a string names one, null accepts any.
 *
 * ```ts
 * const loaded: Tensor<number[]> = zeros([100, 780])
 * const refined = refine(['batch', 784])(loaded) // Either<ShapeError, Tensor<[Dim<'batch'>, 784]>>
 * refined // → left(ShapeError: expected [batch, 784], got [100, 780] (axis 1: 784 ≠ 780))
 * ```
 */
export const refine =
  <const P extends ShapePattern>(pattern: P) =>
  <D extends DType>(
    x: TensorOf<number[], D> | (AnyTensor & { readonly dtype: D }),
  ): E.Either<ShapeError, Of<Refined<P>, D>> => {
    const problem = mismatch(new Map(), pattern, x.shape)
    return problem === null ? E.right(x as AnyTensor as Of<Refined<P>, D>) : E.left(new ShapeError(problem))
  }

/**
 * `refine` for several tensors at once: a name means one size in all of them, which is what makes
 * `Dim<'batch'>` sound. The error names the tensor.
 *
 * ```ts
 * const tensors = { x: zeros([100, 784]), y: zeros([99]) }
 * refineAll({ x: ['batch', 784], y: ['batch'] })(tensors)
 * // → left(ShapeError: y: expected [batch], got [99] (batch is both 100 and 99))
 * ```
 */
export const refineAll =
  <const P extends Readonly<Record<string, ShapePattern>>>(patterns: P) =>
  <T extends TensorRecord<keyof P>>(tensors: T): E.Either<ShapeError, RefinedAll<P, T>> => {
    const names = new Map<string, number>()
    for (const name of Object.keys(patterns)) {
      const problem = mismatch(names, patterns[name]!, tensors[name as keyof P].shape)
      if (problem !== null) return E.left(new ShapeError(`${name}: ${problem}`))
    }
    return E.right(tensors as TensorRecord<keyof P> as RefinedAll<P, T>)
  }
