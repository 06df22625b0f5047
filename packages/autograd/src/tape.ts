import type { AnyTensor, PrimitiveParameters, TensorSpec } from '@vae/tensor'

/** A value on a tape: an index into `Tape.values`. */
export type ValueId = number

/**
 * Structured primitives with their static parameters, some of which are tapes. Those tapes have no constants: what they
 * would capture is an operand.
 */
export interface StructuredParameters {
  /** (…inputs) → the outputs of `body`. The backward pass computes anew what it needs of it. */
  readonly checkpoint: { readonly body: Tape }
  /**
   * (…arguments, …captured) → the outputs of `body`, whose derivative is what `backward` says: `forward` has the same
   * inputs and gives the outputs, then residuals; `backward` takes (…residuals, …cotangents of the outputs, …captured)
   * and gives a cotangent for each float among the `count` arguments.
   */
  readonly customVjp: {
    readonly body: Tape
    readonly forward: Tape
    readonly backward: Tape
    readonly count: number
  }
  /**
   * (…carries, …xs, …captured) → (…carries, …ys): runs `body` `length` times, on carries and on the elements of the xs
   * along their axis 0, in the opposite order if `reverse`. It takes (…carries, …elements of the xs, …captured) and
   * gives the next carries, then the elements of the ys.
   */
  readonly scan: {
    readonly body: Tape
    readonly carries: number
    /** How many xs there are. */
    readonly stacked: number
    readonly length: number
    readonly reverse: boolean
  }
  /** (predicate: bool[], …inputs) → the outputs of `whenTrue` or of `whenFalse`, of which one runs. */
  readonly cond: { readonly whenTrue: Tape; readonly whenFalse: Tape }
}

/** The name of a structured primitive. */
export type Structured = keyof StructuredParameters

type Applications<Parameters> = {
  [P in keyof Parameters]: {
    readonly primitive: P
    readonly parameters: Parameters[P]
    readonly operands: readonly ValueId[]
    readonly results: readonly ValueId[]
  }
}[keyof Parameters]

/** One structured primitive applied to values of the tape. */
export type StructuredApplication = Applications<StructuredParameters>

/** One plain primitive applied to values of the tape; it has one result. */
export type PrimitiveApplication = Applications<PrimitiveParameters>

/** One primitive, plain or structured, applied to values of the tape. */
export type Application = PrimitiveApplication | StructuredApplication

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
