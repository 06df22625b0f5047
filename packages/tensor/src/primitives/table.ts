import { allocate } from '../dtype.ts'
import { sizeOf } from '../shape/dim.ts'
import type { AnyTensor, TensorSpec } from '../tensor.ts'
import { HostTensor } from '../tensor.ts'
import { concat, flip, iota } from './arrange.ts'
import { binary, compare, not, select } from './binary.ts'
import { conv } from './conv.ts'
import { bitcast, cast } from './convert.ts'
import type { Block, Definition } from './definition.ts'
import { gather, scatterAdd } from './gather.ts'
import { matmul } from './matmul.ts'
import { argmax, argmin, argsort, cumsum } from './order.ts'
import type { Primitive, PrimitiveParameters } from './primitive.ts'
import { randomBits } from './random.ts'
import { reduceMax, reduceMin, sum } from './reduce.ts'
import { barrier, broadcastTo, fill, pad, permute, reshape, slice, stopGradient } from './structure.ts'
import { unary } from './unary.ts'

type Definitions = { readonly [P in Primitive]: Definition<P> }

/** The shape rule and the reference evaluator of every primitive. */
export const definitions = {
  fill,
  reshape,
  permute,
  broadcastTo,
  slice,
  pad,
  concat,
  flip,
  iota,
  gather,
  scatterAdd,
  cast,
  bitcast,
  ...unary,
  ...binary,
  compare,
  select,
  not,
  sum,
  reduceMax,
  reduceMin,
  argmax,
  argmin,
  argsort,
  cumsum,
  conv,
  matmul,
  randomBits,
  stopGradient,
  barrier,
} satisfies Definitions

/**
 * The names of all primitives.
 *
 * ```ts
 * primitives.includes('matmul') // → true
 * ```
 */
export const primitives = Object.keys(definitions) as readonly Primitive[]

const definitionOf = <P extends Primitive>(primitive: P): Definition<P> =>
  (definitions as Definitions)[primitive]

/**
 * Shape and dtype of a primitive's result. Throws a `ShapeError` for operands that do not fit.
 *
 * ```ts
 * specOf('sum', [zeros([128, 784])], { axes: [1] }) // → { shape: [128], dtype: 'f32' }
 * ```
 */
export const specOf = <P extends Primitive>(
  primitive: P,
  operands: readonly TensorSpec[],
  parameters: PrimitiveParameters[P],
): TensorSpec => definitionOf(primitive).spec(operands, parameters)

/** Arithmetic in the precision of the dtype, or all floats in float64 (for gradient checks). */
export type Precision = 'f32' | 'f64'

/**
 * Runs the reference evaluator of one primitive. Throws a `ShapeError` for operands that do not fit.
 *
 * ```ts
 * evaluatePrimitive('exp', [tensor([], [1])], {}, 'f64').data // → [2.718]
 * ```
 */
export const evaluatePrimitive = <P extends Primitive>(
  primitive: P,
  operands: readonly Block[],
  parameters: PrimitiveParameters[P],
  precision: Precision = 'f32',
): Block => {
  const { spec, evaluate } = definitionOf(primitive)
  const { shape, dtype } = spec(operands, parameters)
  const size = sizeOf(shape)
  const data = dtype === 'f32' && precision === 'f64' ? new Float64Array(size) : allocate(dtype, size)
  const result = { shape, dtype, data }
  evaluate(operands, parameters, result)
  return result
}

/** The reference evaluator on tensors, in their own precision. */
export const evaluateEagerly = <P extends Primitive>(
  primitive: P,
  operands: readonly AnyTensor[],
  parameters: PrimitiveParameters[P],
): AnyTensor => {
  const { spec, evaluate } = definitionOf(primitive)
  const { shape, dtype } = spec(operands, parameters)
  const result = new HostTensor(shape, dtype, allocate(dtype, sizeOf(shape)))
  evaluate(operands, parameters, result)
  return result
}
