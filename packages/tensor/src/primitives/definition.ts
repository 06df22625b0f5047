import type { TensorSpec } from '../tensor.ts'
import type { Primitive, PrimitiveParameters } from './primitive.ts'

/** The elements of a tensor under evaluation; `f32` elements may be held in a Float64Array. */
export interface Block extends TensorSpec {
  readonly data: NumberArray
}

/** Any array of numbers that a block may lie in. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array

/** The two rows of a primitive that live here; `@vae/autograd` and the engines have the others. */
export interface Definition<P extends Primitive> {
  /** Shape and dtype of the result. Throws a `ShapeError` for operands that do not fit. */
  readonly spec: (operands: readonly TensorSpec[], parameters: PrimitiveParameters[P]) => TensorSpec
  /** The reference evaluator: writes every element of `result`, which starts out as zeros. */
  readonly evaluate: (operands: readonly Block[], parameters: PrimitiveParameters[P], result: Block) => void
}
