import { bind } from './bind.ts'
import type { DType } from './dtype.ts'
import { apply, broadcast, scalar } from './operations/apply.ts'
import { less, select } from './operations/comparison.ts'
import { type GuardShape, tensor } from './operations/create.ts'
import { add, log, mul, neg, sqrt, sub } from './operations/elementwise.ts'
import { slice, splitTensor } from './operations/join.ts'
import { reshape } from './operations/structure.ts'
import { checkSizes, type SizeVerdict } from './shape/broadcast-to.ts'
import type { Shape } from './shape/dim.ts'
import { ShapeError } from './shape/error.ts'
import type { Guard, Result } from './shape/guard.ts'
import type { Repeat, Split } from './shape/slice.ts'
import type { Is, Now } from './shape/verdict.ts'
import type { AnyTensor, Tensor, TensorOf } from './tensor.ts'

declare const keyBrand: unique symbol

/**
 * A key of the pseudo-random stream: opaque, and used once. Split it to draw again; the same key always gives
 * the same numbers, on every engine.
 */
export interface Key extends TensorOf<[2], 'u32'> {
  readonly [keyBrand]: true
}

/**
 * The key of a seed: a whole number from 0 to 2^53 − 1. Throws a `RangeError` for anything else.
 *
 * ```ts
 * normal(key(0), [128, 16]) // Tensor<[128, 16]>
 * ```
 */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`key: the seed must be a whole number from 0 to 2^53 − 1, got ${seed}`)
  const words = Uint32Array.of(Math.floor(seed / 2 ** 32), seed >>> 0)
  return tensor([2], words, 'u32') as Key
}

/** A tuple of N keys; a list where N is not known, or no number of keys. */
export type Keys<N extends number> = number extends N
  ? Key[]
  : SizeVerdict<N> extends 'no'
    ? Key[]
    : KeysUpTo<N>

export type KeysUpTo<N extends number, Out extends Key[] = []> = Out['length'] extends N
  ? Out
  : KeysUpTo<N, [...Out, Key]>

/** The number of keys that `split` makes, or a message where it is known to be negative or a fraction. */
export type GuardKeys<Moment, N extends number> =
  Is<Moment, SizeVerdict<N>, 'no'> extends true
    ? `split: the number of keys must be a whole number of 0 or more, got ${N}`
    : N

/** What `split` divides: a key into keys, or a tensor into equal parts along an axis. */
export interface SplitOperation {
  <N extends number = 2, Moment = Now>(parent: Key, count?: GuardKeys<Moment, N>): Keys<N>
  <S extends Shape, D extends DType, Parts extends number, A extends number>(
    x: TensorOf<S, D>,
    parts: Guard<Split<S, Parts, A>, Parts>,
    axis: A,
  ): Repeat<Result<Split<S, Parts, A>, D>, Parts>
}

const splitKey = (parent: Key, count: number): Key[] => {
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError(`split: the number of keys must be a whole number of 0 or more, got ${count}`)
  const words = randomBits(parent, [count, 2])
  const rows = Array.from({ length: count }, (_, row) => reshape(slice(words, 0, row, row + 1), [2] as const))
  return rows as TensorOf<[2], 'u32'>[] as Key[]
}

/**
 * Independent keys from one, two unless `count` says otherwise. The key that was split must not be used
 * again.
 *
 * ```ts
 * const [now, next] = split(key(0))
 * const [a, b, c] = split(next, 3)
 * ```
 *
 * With an axis: a tensor in equal parts along it.
 *
 * ```ts
 * const [queries, keys, values] = split(zeros([8, 10, 96]), 3, -1)
 * values // Tensor<[8, 10, 32]>
 * ```
 *
 * ```ts
 * split(x, 3, 1)
 * // error: split: axis 1 of [128, 784] is not divisible by 3
 * ```
 */
export const split: SplitOperation = (x: AnyTensor, count?: number, axis?: number): never =>
  (axis === undefined
    ? splitKey(x as Key, count ?? 2)
    : splitTensor(x as TensorOf<Shape, DType>, count!, axis)) as never

const bitsOf = <S extends Shape>(operation: string, from: Key, shape: unknown): TensorOf<S, 'u32'> => {
  checkSizes(operation, shape as Shape)
  return apply('randomBits', [from], { shape: shape as Shape })
}

/**
 * 32 random bits for each element: Threefry-2x32, see `threefry2x32`.
 *
 * ```ts
 * randomBits(key(0), [4]) // TensorOf<[4], 'u32'>
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`; so it does for `uniform` and `normal`.
 */
export const randomBits = <const S extends Shape, Moment = Now>(
  from: Key,
  shape: GuardShape<Moment, S, 'randomBits'>,
): TensorOf<S, 'u32'> => bitsOf('randomBits', from, shape)

/** Uniform on [1, 2): the low 23 bits become the mantissa. */
const uniformMantissa = <S extends Shape>(operation: string, from: Key, shape: unknown): Tensor<S> => {
  const bits = bitsOf<S>(operation, from, shape)
  const word = (value: number) => broadcast(scalar(value, 'u32'), bits.shape)
  const mantissa = bind('and', [bits, word(0x007fffff)], {})
  return apply('bitcast', [bind('or', [mantissa, word(0x3f800000)], {})], { dtype: 'f32' })
}

/**
 * Independent uniform numbers on [0, 1), multiples of 2^−23.
 *
 * ```ts
 * const u = uniform(key(0), [1000])
 * u.data.every((value) => value >= 0 && value < 1) // → true
 * ```
 */
export const uniform = <const S extends Shape, Moment = Now>(
  from: Key,
  shape: GuardShape<Moment, S, 'uniform'>,
): Tensor<S> => sub(uniformMantissa<S>('uniform', from, shape), 1)

/**
 * Coefficients of the two branches of the inverse error function, highest power first. M. Giles, "Approximating
 * the erfinv function" (GPU Computing Gems, 2011); relative error below 4e−7.
 */
const central = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
]
const tail = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
]

const horner = <S extends Shape>(coefficients: readonly number[], x: Tensor<S>): Tensor<S> =>
  coefficients
    .slice(2)
    .reduce<Tensor<S>>(
      (sum, coefficient) => add(mul(sum, x), coefficient),
      add(mul(x, coefficients[0]!), coefficients[1]!),
    )

/**
 * Independent standard normal numbers, by inversion: √2 · erfinv(u), u uniform and symmetric on (−1, 1). The
 * largest magnitude is 5.3.
 *
 * ```ts
 * const noise = normal(key(0), [128, 16]) // Tensor<[128, 16]>
 * ```
 */
export const normal = <const S extends Shape, Moment = Now>(
  from: Key,
  shape: GuardShape<Moment, S, 'normal'>,
): Tensor<S> => {
  // The odd multiples of 2^−23 between −1 and 1: never an end, where the inverse is infinite.
  // Two additions: −3 + 2^−23 as one constant would round to −3, and u could be −1.
  const u = add(add(mul(uniformMantissa<S>('normal', from, shape), 2), -3), 2 ** -23)
  // −log((1 − u)(1 + u)); 1 − u² would round to 0 near the ends.
  const below = add(neg(u), 1)
  const above = add(u, 1)
  const w = neg(log(mul(below, above)))
  const inverse = select(less(w, 5), horner(central, sub(w, 2.5)), horner(tail, sub(sqrt(w), 3)))
  return mul(mul(inverse, u), Math.SQRT2)
}
