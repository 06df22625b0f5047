import {
  add,
  bind,
  cos,
  div,
  equal,
  exp,
  greater,
  greaterEqual,
  less,
  log,
  mul,
  neg,
  type Primitive,
  type PrimitiveParameters,
  permute,
  pow,
  reshape,
  type Shape,
  select,
  sign,
  sin,
  square,
  sub,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'

import { convInputGradient, convKernelGradient } from './conv.ts'
import { extremumGradient, spread } from './extremum.ts'

/** A tensor in a rule: its shape is known at run time only. */
export type T = Tensor<number[]>

/** What a vjp rule is given. */
export interface VjpContext<P extends Primitive> {
  /** The gradient of the loss with respect to the result; it has the result's shape. */
  readonly cotangent: T
  /** As many as the primitive takes. */
  readonly operands: readonly [T, T, T]
  readonly result: T
  readonly parameters: PrimitiveParameters[P]
}

/** From the cotangent of the result to those of the operands; where the gradient is zero it is null or left out. */
export type VjpRule<P extends Primitive> = (context: VjpContext<P>) => readonly (T | null)[]

const noGradient = (): readonly null[] => []

/** Sums a cotangent of shape `shape` back to the shape `to` that was broadcast to it. */
const unbroadcast = (cotangent: T, to: Shape): T => {
  const lead = cotangent.shape.length - to.length
  const axes = cotangent.shape.flatMap((dim, axis) =>
    axis < lead || (to[axis - lead] === 1 && dim !== 1) ? [axis] : [],
  )
  const summed = bind('sum', [cotangent], { axes }) as T
  return bind('reshape', [summed], { shape: to }) as T
}

const matmul = (left: T, right: T, transposeLeft: boolean, transposeRight: boolean): T =>
  bind('matmul', [left, right], { transposeLeft, transposeRight }) as T

/** The cotangent goes to the chosen operand; a tie is shared equally. */
const chosen = (wins: TensorOf<number[], 'bool'>, x: T, y: T, cotangent: T): T =>
  select(wins, cotangent, select(equal(x, y), mul(cotangent, 0.5), 0))

const zeros = (shape: Shape): T => bind('fill', [], { value: 0, shape, dtype: 'f32' }) as T

/** x, or 1 where x and y are both 0: there y · x^(y − 1) is meant to be 0, not 0 · ∞. */
export const awayFromOrigin = (x: T, y: T): T => {
  const atOrigin = bind('and', [equal(x, 0), equal(y, 0)], {}) as TensorOf<number[], 'bool'>
  return select(atOrigin, 1, x)
}

/** Where x is 0 and y is not negative: there x^y · log x is meant to be 0, not 0 · ∞. */
export const atPowerOfZero = (x: T, y: T): TensorOf<number[], 'bool'> =>
  bind('and', [equal(x, 0), greaterEqual(y, 0)], {}) as TensorOf<number[], 'bool'>

/** Gradient rules: one line for each primitive. */
export const vjpRules = {
  fill: noGradient,
  reshape: ({ cotangent, operands: [x] }) => [reshape(cotangent, x.shape)],
  permute: ({ cotangent, parameters: { axes } }) => [
    permute(
      cotangent,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ],
  broadcastTo: ({ cotangent, operands: [x] }) => [unbroadcast(cotangent, x.shape)],
  slice: ({ cotangent, operands: [x], parameters: { start, stride } }) => {
    const taken = cotangent.shape.map((n, axis) => (n === 0 ? 0 : (n - 1) * stride[axis]! + 1))
    const high = x.shape.map((dim, axis) => dim - start[axis]! - taken[axis]!)
    return [bind('pad', [cotangent], { low: start, high, interior: stride.map((step) => step - 1) }) as T]
  },
  pad: ({ cotangent, operands: [x], parameters: { low, high, interior } }) => {
    const opposite = (counts: readonly number[]) => counts.map((count) => -count)
    const none = x.shape.map(() => 0)
    const cropped = bind('pad', [cotangent], {
      low: opposite(low),
      high: opposite(high),
      interior: none,
    }) as T
    const stride = interior.map((count) => count + 1)
    return [bind('slice', [cropped], { start: none, limit: cropped.shape, stride }) as T]
  },
  concat: ({ cotangent, operands, parameters: { axis } }) => {
    let start = 0
    return operands.map(({ shape }) => {
      const from = shape.map((_, a) => (a === axis ? start : 0))
      start += shape[axis]!
      const limit = shape.map((dim, a) => (a === axis ? start : dim))
      return bind('slice', [cotangent], { start: from, limit, stride: shape.map(() => 1) }) as T
    })
  },
  flip: ({ cotangent, parameters }) => [bind('flip', [cotangent], parameters) as T],
  iota: noGradient,
  gather: ({ cotangent, operands: [x, index], parameters }) => [
    bind('scatterAdd', [zeros(x.shape), index, cotangent], parameters) as T,
  ],
  scatterAdd: ({ cotangent, operands: [, index], parameters }) => [
    cotangent,
    null,
    bind('gather', [cotangent, index], parameters) as T,
  ],
  // Only floats have a cotangent, so this is the cast from f32 to itself.
  cast: ({ cotangent }) => [cotangent],
  bitcast: noGradient,

  neg: ({ cotangent }) => [neg(cotangent)],
  abs: ({ cotangent, operands: [x] }) => [mul(cotangent, sign(x))],
  sign: noGradient,
  exp: ({ cotangent, result }) => [mul(cotangent, result)],
  log: ({ cotangent, operands: [x] }) => [div(cotangent, x)],
  log1p: ({ cotangent, operands: [x] }) => [div(cotangent, add(x, 1))],
  sqrt: ({ cotangent, result }) => [div(mul(cotangent, 0.5), result)],
  expm1: ({ cotangent, result }) => [mul(cotangent, add(result, 1))],
  floor: noGradient,
  sin: ({ cotangent, operands: [x] }) => [mul(cotangent, cos(x))],
  cos: ({ cotangent, operands: [x] }) => [neg(mul(cotangent, sin(x)))],
  erf: ({ cotangent, operands: [x] }) => [mul(cotangent, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))],
  not: noGradient,
  tanh: ({ cotangent, result }) => [mul(cotangent, sub(1, square(result)))],
  sigmoid: ({ cotangent, result }) => [mul(cotangent, mul(result, sub(1, result)))],

  add: ({ cotangent }) => [cotangent, cotangent],
  sub: ({ cotangent }) => [cotangent, neg(cotangent)],
  mul: ({ cotangent, operands: [x, y] }) => [mul(cotangent, y), mul(cotangent, x)],
  div: ({ cotangent, operands: [, y], result }) => {
    const toNumerator = div(cotangent, y)
    return [toNumerator, neg(mul(toNumerator, result))]
  },
  pow: ({ cotangent, operands: [x, y], result }) => {
    const slope = mul(y, pow(awayFromOrigin(x, y), sub(y, 1)))
    const logarithm = select(atPowerOfZero(x, y), 0, log(x))
    return [mul(cotangent, slope), mul(cotangent, mul(result, logarithm))]
  },
  max: ({ cotangent, operands: [x, y] }) => [
    chosen(greater(x, y), x, y, cotangent),
    chosen(less(x, y), x, y, cotangent),
  ],
  min: ({ cotangent, operands: [x, y] }) => [
    chosen(less(x, y), x, y, cotangent),
    chosen(greater(x, y), x, y, cotangent),
  ],
  and: noGradient,
  or: noGradient,
  compare: noGradient,
  select: ({ cotangent, operands: [condition] }) => {
    const mask = condition as TensorOf<number[], 'f32' | 'bool'> as TensorOf<number[], 'bool'>
    return [null, select(mask, cotangent, 0), select(mask, 0, cotangent)]
  },

  sum: ({ cotangent, operands: [x], parameters: { axes } }) => {
    return [spread(cotangent, x.shape, axes)]
  },
  reduceMax: ({ cotangent, operands: [x], result, parameters: { axes } }) => [
    extremumGradient(cotangent, x, result, axes),
  ],
  reduceMin: ({ cotangent, operands: [x], result, parameters: { axes } }) => [
    extremumGradient(cotangent, x, result, axes),
  ],
  argmax: noGradient,
  argmin: noGradient,
  argsort: noGradient,
  cumsum: ({ cotangent, parameters: { axis, reverse } }) => [
    bind('cumsum', [cotangent], { axis, reverse: !reverse }) as T,
  ],
  conv: ({ cotangent, operands: [input, kernel], parameters }) => [
    convInputGradient(cotangent, input.shape, kernel, parameters),
    convKernelGradient(cotangent, input, kernel.shape, parameters),
  ],
  matmul: ({ cotangent, operands: [a, b], parameters: { transposeLeft, transposeRight } }) => [
    transposeLeft ? matmul(b, cotangent, transposeRight, true) : matmul(cotangent, b, false, !transposeRight),
    transposeRight ? matmul(cotangent, a, true, transposeLeft) : matmul(a, cotangent, !transposeLeft, false),
  ],
  randomBits: noGradient,
  stopGradient: noGradient,
  barrier: ({ cotangent }) => [cotangent],
} satisfies { readonly [P in Primitive]: VjpRule<P> }
