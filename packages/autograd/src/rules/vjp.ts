import {
  add,
  bind,
  div,
  equal,
  greater,
  less,
  mul,
  neg,
  type Primitive,
  type PrimitiveParameters,
  permute,
  reshape,
  type Shape,
  select,
  sign,
  square,
  sub,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'

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

/** From the cotangent of the result to those of the operands; null where the gradient is zero. */
export type VjpRule<P extends Primitive> = (context: VjpContext<P>) => readonly (T | null)[]

const noGradient = (): readonly null[] => [null, null, null]

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
  tanh: ({ cotangent, result }) => [mul(cotangent, sub(1, square(result)))],
  sigmoid: ({ cotangent, result }) => [mul(cotangent, mul(result, sub(1, result)))],

  add: ({ cotangent }) => [cotangent, cotangent],
  sub: ({ cotangent }) => [cotangent, neg(cotangent)],
  mul: ({ cotangent, operands: [x, y] }) => [mul(cotangent, y), mul(cotangent, x)],
  div: ({ cotangent, operands: [, y], result }) => {
    const toNumerator = div(cotangent, y)
    return [toNumerator, neg(mul(toNumerator, result))]
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
    const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    return [bind('broadcastTo', [reshape(cotangent, kept)], { shape: x.shape }) as T]
  },
  matmul: ({ cotangent, operands: [a, b], parameters: { transposeLeft, transposeRight } }) => [
    transposeLeft ? matmul(b, cotangent, transposeRight, true) : matmul(cotangent, b, false, !transposeRight),
    transposeRight ? matmul(cotangent, a, true, transposeLeft) : matmul(a, cotangent, !transposeLeft, false),
  ],
  randomBits: noGradient,
  stopGradient: noGradient,
} satisfies { readonly [P in Primitive]: VjpRule<P> }
