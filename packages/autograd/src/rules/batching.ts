import { type AnyTensor, bind, type Primitive, type PrimitiveParameters, sameShape } from '@vae/tensor'
import { batchConv } from './batch-conv.ts'

/** What a batching rule is given: at least one operand has a batch axis, as its axis 0. */
export interface BatchingContext<P extends Primitive> {
  /** As many as the primitive takes. */
  readonly operands: readonly [AnyTensor, AnyTensor, AnyTensor]
  readonly batched: readonly boolean[]
  /** The size of the batch axis. */
  readonly size: number
  readonly parameters: PrimitiveParameters[P]
}

/** Computes the whole batch at once; the result has the batch as its axis 0. */
export type BatchingRule<P extends Primitive> = (context: BatchingContext<P>) => AnyTensor

/** `x` with a batch axis: repeated along it if it had none. */
const withBatch = (x: AnyTensor, batched: boolean, size: number): AnyTensor =>
  batched ? x : bind('broadcastTo', [x], { shape: [size, ...x.shape] })

const allWithBatch = (
  operands: readonly AnyTensor[],
  batched: readonly boolean[],
  size: number,
): AnyTensor[] => operands.map((operand, index) => withBatch(operand, batched[index]!, size))

/** For primitives that work element by element on operands of equal shape. */
const elementwise =
  <P extends Primitive>(primitive: P): BatchingRule<P> =>
  ({ operands, batched, size, parameters }) =>
    bind(primitive, allWithBatch(operands, batched, size), parameters)

const shifted = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1)

const nothingToBatch = (primitive: Primitive) => (): never => {
  throw new Error(`vmap: ${primitive} has no operand that could be batched`)
}

/** For primitives that work along one axis. */
const alongAxis =
  <P extends 'argmax' | 'argmin' | 'argsort' | 'cumsum'>(primitive: P): BatchingRule<P> =>
  ({ operands: [x], parameters }) =>
    bind(primitive, [x], { ...parameters, axis: parameters.axis + 1 })

/** A batching rule for each primitive. */
export const batchingRules = {
  fill: nothingToBatch('fill'),
  reshape: ({ operands: [x], size, parameters: { shape } }) =>
    bind('reshape', [x], { shape: [size, ...shape] }),
  permute: ({ operands: [x], parameters: { axes } }) => bind('permute', [x], { axes: [0, ...shifted(axes)] }),
  broadcastTo: ({ operands: [x], size, parameters: { shape } }) => {
    const own = x.shape.slice(1)
    const aligned = [size, ...shape.slice(own.length).map(() => 1), ...own]
    const lifted = sameShape(aligned, x.shape) ? x : bind('reshape', [x], { shape: aligned })
    return bind('broadcastTo', [lifted], { shape: [size, ...shape] })
  },
  slice: ({ operands: [x], size, parameters: { start, limit, stride } }) =>
    bind('slice', [x], { start: [0, ...start], limit: [size, ...limit], stride: [1, ...stride] }),
  pad: ({ operands: [x], parameters: { low, high, interior } }) =>
    bind('pad', [x], { low: [0, ...low], high: [0, ...high], interior: [0, ...interior] }),
  concat: ({ operands, batched, size, parameters: { axis } }) =>
    bind('concat', allWithBatch(operands, batched, size), { axis: axis + 1 }),
  flip: ({ operands: [x], parameters: { axes } }) => bind('flip', [x], { axes: shifted(axes) }),
  iota: nothingToBatch('iota'),
  gather: ({ operands, batched, size, parameters: { axis, batchDims } }) =>
    bind('gather', allWithBatch(operands, batched, size), { axis: axis + 1, batchDims: batchDims + 1 }),
  scatterAdd: ({ operands, batched, size, parameters: { axis, batchDims } }) =>
    bind('scatterAdd', allWithBatch(operands, batched, size), { axis: axis + 1, batchDims: batchDims + 1 }),
  cast: elementwise('cast'),
  bitcast: elementwise('bitcast'),

  neg: elementwise('neg'),
  abs: elementwise('abs'),
  sign: elementwise('sign'),
  exp: elementwise('exp'),
  log: elementwise('log'),
  log1p: elementwise('log1p'),
  sqrt: elementwise('sqrt'),
  expm1: elementwise('expm1'),
  floor: elementwise('floor'),
  sin: elementwise('sin'),
  cos: elementwise('cos'),
  erf: elementwise('erf'),
  not: elementwise('not'),
  tanh: elementwise('tanh'),
  sigmoid: elementwise('sigmoid'),

  add: elementwise('add'),
  sub: elementwise('sub'),
  mul: elementwise('mul'),
  div: elementwise('div'),
  pow: elementwise('pow'),
  max: elementwise('max'),
  min: elementwise('min'),
  and: elementwise('and'),
  or: elementwise('or'),
  compare: elementwise('compare'),
  select: elementwise('select'),

  sum: ({ operands: [x], parameters: { axes } }) => bind('sum', [x], { axes: shifted(axes) }),
  reduceMax: ({ operands: [x], parameters: { axes } }) => bind('reduceMax', [x], { axes: shifted(axes) }),
  reduceMin: ({ operands: [x], parameters: { axes } }) => bind('reduceMin', [x], { axes: shifted(axes) }),
  argmax: alongAxis('argmax'),
  argmin: alongAxis('argmin'),
  argsort: alongAxis('argsort'),
  cumsum: alongAxis('cumsum'),
  conv: batchConv,
  matmul: elementwise('matmul'),
  randomBits: ({ operands: [keys], parameters }) => bind('randomBits', [keys], parameters),
  stopGradient: elementwise('stopGradient'),
  barrier: ({ operands: [x, ...others], batched, size }) =>
    bind('barrier', [withBatch(x, batched[0]!, size), ...others], {}),
} satisfies { readonly [P in Primitive]: BatchingRule<P> }
