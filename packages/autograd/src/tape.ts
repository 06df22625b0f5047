import type { AnyTensor, Primitive, PrimitiveParameters, TensorSpec } from '@vae/tensor'

/** A value on a tape: an index into `Tape.values`. */
export type ValueId = number

/** One primitive applied to values of the tape. */
export type Application = {
  [P in Primitive]: {
    readonly primitive: P
    readonly parameters: PrimitiveParameters[P]
    readonly operands: readonly ValueId[]
    readonly results: readonly ValueId[]
  }
}[Primitive]

/** An input of a tape, named by its path in the arguments of the recorded function. */
export interface TapeInput {
  readonly id: ValueId
  readonly name: string
}

/** A concrete tensor that the recorded function captured. */
export interface TapeConstant {
  readonly id: ValueId
  readonly name: string
  readonly tensor: AnyTensor
}

/**
 * A recorded program: an immutable value. Every value is an input, a constant or the result of exactly one
 * application, and applications stand in an order in which operands come first.
 */
export interface Tape {
  /** Shape and dtype of every value, by id. */
  readonly values: readonly TensorSpec[]
  readonly inputs: readonly TapeInput[]
  readonly constants: readonly TapeConstant[]
  readonly applications: readonly Application[]
  readonly outputs: readonly ValueId[]
}
