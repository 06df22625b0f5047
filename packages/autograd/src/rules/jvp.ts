import {
  add,
  bind,
  cos,
  div,
  equal,
  exp,
  greater,
  less,
  log,
  mul,
  neg,
  type Primitive,
  type PrimitiveParameters,
  pow,
  select,
  sign,
  sin,
  square,
  sub,
  type TensorOf,
} from '@vae/tensor'
import { atPowerOfZero, awayFromOrigin, type T } from './vjp.ts'

/** A tangent; null stands for zero. */
export type Tangent = T | null

/** What a jvp rule is given. At least one tangent is not null. */
export interface JvpContext<P extends Primitive> {
  readonly operands: readonly [T, T, T]
  /** One for each operand. */
  readonly tangents: readonly [Tangent, Tangent, Tangent]
  readonly result: T
  readonly parameters: PrimitiveParameters[P]
}

/** From the tangents of the operands to that of the result. */
export type JvpRule<P extends Primitive> = (context: JvpContext<P>) => Tangent

const zero = (): null => null

/** The same primitive applied to the tangent: for what is linear in its only operand. */
const linear =
  <P extends Primitive>(primitive: P): JvpRule<P> =>
  ({ tangents: [dx], parameters }) =>
    dx && (bind(primitive, [dx], parameters) as T)

/** dx · f′(x), for a function of one operand. */
const scaled =
  <P extends Primitive>(derivative: (x: T, result: T) => T): JvpRule<P> =>
  ({ operands: [x], tangents: [dx], result }) =>
    dx && mul(dx, derivative(x, result))

const plus = (a: Tangent, b: Tangent): Tangent => (a === null ? b : b === null ? a : add(a, b))

/** Derivative 1 where the operand is chosen, ½ at a tie, else 0. */
const share = (wins: TensorOf<number[], 'bool'>, x: T, y: T): T =>
  select(wins, select(equal(x, y), 0, 1), select(equal(x, y), 0.5, 0))

const weighted = (tangent: Tangent, weight: () => T): Tangent => tangent && mul(tangent, weight())

const zerosLike = ({ shape }: T): T => bind('fill', [], { value: 0, shape, dtype: 'f32' }) as T

/** The mean of the tangents of the elements that are the extremum. */
const extremum = ({
  operands: [x],
  tangents: [dx],
  result,
  parameters: { axes },
}: JvpContext<'reduceMax' | 'reduceMin'>): Tangent => {
  if (dx === null) return null
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  const repeated = bind('broadcastTo', [bind('reshape', [result], { shape: kept })], { shape: x.shape }) as T
  const wins = equal(x, repeated)
  const total = (values: T): T => bind('sum', [values], { axes }) as T
  return div(total(select(wins, dx, 0)), total(select(wins, add(zerosLike(x), 1), 0)))
}

/** Forward-mode rules, written independently of the vjp rules: the two check each other. */
export const jvpRules = {
  fill: zero,
  reshape: linear('reshape'),
  permute: linear('permute'),
  broadcastTo: linear('broadcastTo'),
  slice: linear('slice'),
  pad: linear('pad'),
  concat: ({ operands, tangents, parameters }) =>
    bind(
      'concat',
      operands.map((operand, index) => tangents[index] ?? zerosLike(operand)),
      parameters,
    ) as T,
  flip: linear('flip'),
  iota: zero,
  gather: ({ operands: [, index], tangents: [dx], parameters }) =>
    dx && (bind('gather', [dx, index], parameters) as T),
  scatterAdd: ({ operands: [x, index, updates], tangents: [dx, , du], parameters }) =>
    bind('scatterAdd', [dx ?? zerosLike(x), index, du ?? zerosLike(updates)], parameters) as T,
  // Only floats have a tangent, so this is the cast from f32 to itself.
  cast: linear('cast'),
  bitcast: zero,

  neg: linear('neg'),
  abs: scaled((x) => sign(x)),
  sign: zero,
  exp: scaled((_, y) => y),
  log: scaled((x) => div(1, x)),
  log1p: scaled((x) => div(1, add(1, x))),
  sqrt: scaled((_, y) => div(0.5, y)),
  expm1: scaled((x) => exp(x)),
  floor: zero,
  sin: scaled((x) => cos(x)),
  cos: scaled((x) => neg(sin(x))),
  erf: scaled((x) => div(exp(neg(mul(x, x))), Math.sqrt(Math.PI) / 2)),
  not: zero,
  tanh: scaled((_, y) => sub(1, square(y))),
  sigmoid: scaled((_, y) => sub(y, square(y))),

  add: ({ tangents: [dx, dy] }) => plus(dx, dy),
  sub: ({ tangents: [dx, dy] }) => plus(dx, dy && neg(dy)),
  mul: ({ operands: [x, y], tangents: [dx, dy] }) => plus(dx && mul(dx, y), dy && mul(x, dy)),
  div: ({ operands: [, y], tangents: [dx, dy], result }) => {
    const numerator = plus(dx, dy && neg(mul(result, dy)))
    return numerator && div(numerator, y)
  },
  pow: ({ operands: [x, y], tangents: [dx, dy], result }) =>
    plus(
      dx && mul(dx, mul(y, pow(awayFromOrigin(x, y), sub(y, 1)))),
      dy && mul(dy, select(atPowerOfZero(x, y), 0, mul(log(x), result))),
    ),
  max: ({ operands: [x, y], tangents: [dx, dy] }) =>
    plus(
      weighted(dx, () => share(greater(x, y), x, y)),
      weighted(dy, () => share(greater(y, x), x, y)),
    ),
  min: ({ operands: [x, y], tangents: [dx, dy] }) =>
    plus(
      weighted(dx, () => share(less(x, y), x, y)),
      weighted(dy, () => share(less(y, x), x, y)),
    ),
  and: zero,
  or: zero,
  compare: zero,
  select: ({ operands: [condition], tangents: [, dx, dy] }) => {
    const mask = condition as TensorOf<number[], 'f32' | 'bool'> as TensorOf<number[], 'bool'>
    return plus(dx && select(mask, dx, 0), dy && select(mask, 0, dy))
  },

  sum: linear('sum'),
  reduceMax: (context) => extremum(context),
  reduceMin: (context) => extremum(context),
  argmax: zero,
  argmin: zero,
  argsort: zero,
  cumsum: linear('cumsum'),
  conv: ({ operands: [input, kernel], tangents: [di, dk], parameters }) =>
    plus(
      di && (bind('conv', [di, kernel], parameters) as T),
      dk && (bind('conv', [input, dk], parameters) as T),
    ),
  matmul: ({ operands: [a, b], tangents: [da, db], parameters }) =>
    plus(da && (bind('matmul', [da, b], parameters) as T), db && (bind('matmul', [a, db], parameters) as T)),
  randomBits: zero,
  stopGradient: zero,
  // The tangent waits too: what a checkpoint recomputes in forward mode must not be taken for what it was.
  barrier: ({ operands, tangents: [dx] }) => dx && (bind('barrier', [dx, ...operands.slice(1)], {}) as T),
} satisfies { readonly [P in Primitive]: JvpRule<P> }
