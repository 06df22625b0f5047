export { bind, recorderOf, recordingWith } from './bind.ts'
export {
  allocate,
  bytesPerElement,
  type DataOf,
  type DType,
  type NumericDType,
  type Storage,
} from './dtype.ts'
export * as numerics from './numerics.ts'
export * from './operations/activation.ts'
export * from './operations/attention.ts'
export * from './operations/cast.ts'
export * from './operations/comparison.ts'
export * from './operations/conv.ts'
export * from './operations/create.ts'
export { einsum, type GuardEinsum } from './operations/einsum.ts'
export {
  abs,
  add,
  type BinaryOperation,
  cos,
  div,
  erf,
  exp,
  expm1,
  floor,
  type GuardOperands,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  type NamedUnaryOperation,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  type UnaryOperation,
} from './operations/elementwise.ts'
export {
  embed,
  type GuardDepth,
  type GuardIndices,
  gather,
  oneHot,
  scatterAdd,
  takeAlong,
} from './operations/gather.ts'
export {
  concat,
  type GuardTensors,
  slice,
  stack,
} from './operations/join.ts'
export * from './operations/matmul.ts'
export * from './operations/normalization.ts'
export * from './operations/order.ts'
export * from './operations/pad.ts'
export * from './operations/pool.ts'
export {
  type Correction,
  type KeepDims,
  logSumExp,
  max,
  mean,
  min,
  type Reduction,
  sum,
  variance,
} from './operations/reduction.ts'
export * from './operations/resample.ts'
export * from './operations/structure.ts'
export * from './parameters.ts'
export type { Block, NumberArray } from './primitives/definition.ts'
export type { Direction, Primitive, PrimitiveParameters } from './primitives/primitive.ts'
export { threefry2x32 } from './primitives/random.ts'
export { evaluatePrimitive, type Precision, primitives, specOf } from './primitives/table.ts'
export * from './random.ts'
export * from './shape/arithmetic.ts'
export * from './shape/attention.ts'
export * from './shape/axis.ts'
export * from './shape/broadcast.ts'
export * from './shape/broadcast-to.ts'
export * from './shape/conv.ts'
export * from './shape/dim.ts'
export * from './shape/dtype.ts'
export * from './shape/einsum.ts'
export * from './shape/error.ts'
export * from './shape/gather.ts'
export * from './shape/guard.ts'
export * from './shape/label.ts'
export * from './shape/matmul.ts'
export * from './shape/natural.ts'
export * from './shape/norm.ts'
export * from './shape/order.ts'
export * from './shape/pad.ts'
export * from './shape/permute.ts'
export * from './shape/pool.ts'
export * from './shape/reduce.ts'
export * from './shape/refine.ts'
export * from './shape/resample.ts'
export * from './shape/reshape.ts'
export * from './shape/show.ts'
export * from './shape/slice.ts'
export * from './shape/structure.ts'
export * from './shape/verdict.ts'
export * from './shape/window.ts'
export * from './tensor.ts'
export * from './tree.ts'
