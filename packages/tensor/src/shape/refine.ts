import * as E from 'fp-ts/lib/Either.js'
import type { DType } from '../dtype.ts'
import type { AnyTensor, Of, TensorOf } from '../tensor.ts'
import { type Dim, type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Pair } from './guard.ts'
import type { Digit } from './natural.ts'
import type { Is, Now, Wildcard } from './verdict.ts'

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

/** What stands between the sizes of a formula or a shape, and so not in a name. */
export type Separator = '+' | '-' | '*' | '/' | '(' | ')' | '[' | ']' | ',' | '?' | '…' | ' ' | '\t' | '\n'

/** Names that could be taken for a formula or a number: `Dim<'a*b'>` is the product of a and b. */
export type NoName = '' | `${string}${Separator}${string}` | `${Digit}${string}`

/** `'no'` for a pattern of which some name is none. */
export type NamesVerdict<P> =
  Pair<P, 'wildcard'> extends Wildcard ? 'wildcard' : [Extract<P, NoName>] extends [never] ? 'yes' : 'no'

/** `Parameter`, or a message where one of the parts of a pattern is known to be no name. */
export type GuardNames<Moment, Parts, Operation extends string, Parameter> =
  Is<Moment, NamesVerdict<Parts>, 'no'> extends true
    ? `${Operation}: a name must be a word without operators and spaces, got '${Extract<Parts, NoName>}'`
    : Parameter

/** The run-time twin of `GuardNames`. Throws its message as a `ShapeError`. */
const checkNames = (operation: string, pattern: ShapePattern): void => {
  for (const part of pattern)
    if (typeof part === 'string' && /^$|^\d|[-+*/()[\],?… \t\n]/.test(part))
      throw new ShapeError(`${operation}: a name must be a word without operators and spaces, got '${part}'`)
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
 *
 * A name that could be taken for a formula of names, as sizes that were computed have one, does not compile, or throws a
 * `ShapeError`.
 *
 * ```ts
 * refine(['batch*time', 784])
 * // error: refine: a name must be a word without operators and spaces, got 'batch*time'
 * ```
 */
export const refine = <const P extends ShapePattern, Moment = Now>(
  pattern: GuardNames<Moment, P[number], 'refine', P>,
) => {
  const wanted = pattern as ShapePattern
  checkNames('refine', wanted)
  return <D extends DType>(
    x: TensorOf<number[], D> | (AnyTensor & { readonly dtype: D }),
  ): E.Either<ShapeError, Of<Refined<P>, D>> => {
    const problem = mismatch(new Map(), wanted, x.shape)
    return problem === null ? E.right(x as AnyTensor as Of<Refined<P>, D>) : E.left(new ShapeError(problem))
  }
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
export const refineAll = <const P extends Readonly<Record<string, ShapePattern>>, Moment = Now>(
  patterns: GuardNames<Moment, P[keyof P][number], 'refineAll', P>,
) => {
  const wanted = patterns as Readonly<Record<string, ShapePattern>>
  for (const pattern of Object.values(wanted)) checkNames('refineAll', pattern)
  return <T extends TensorRecord<keyof P>>(tensors: T): E.Either<ShapeError, RefinedAll<P, T>> => {
    const names = new Map<string, number>()
    for (const [name, pattern] of Object.entries(wanted)) {
      const problem = mismatch(names, pattern, tensors[name as keyof P].shape)
      if (problem !== null) return E.left(new ShapeError(`${name}: ${problem}`))
    }
    return E.right(tensors as TensorRecord<keyof P> as RefinedAll<P, T>)
  }
}
