import type { AnyTensor, Block, Precision, TensorSpec } from '@vae/tensor'
import type { Structured, StructuredParameters, Tape } from '../tape.ts'

/** What a structured primitive takes and gives. */
export interface Signature {
  readonly operands: readonly TensorSpec[]
  readonly results: readonly TensorSpec[]
}

/** What the reference evaluator is given. */
export interface EvaluateContext<S extends Structured> {
  readonly operands: readonly Block[]
  readonly parameters: StructuredParameters[S]
  readonly precision: Precision
  /** Evaluates a tape in that precision. */
  readonly run: (tape: Tape, inputs: readonly Block[]) => readonly Block[]
}

/** What the other rows are given. They compute by `bind` and by these, so that they are recorded where need be. */
export interface StructuredContext<S extends Structured> {
  readonly operands: readonly AnyTensor[]
  readonly parameters: StructuredParameters[S]
  /** The outputs of a tape. */
  readonly run: (tape: Tape, inputs: readonly AnyTensor[]) => readonly AnyTensor[]
  /** The results of a structured primitive. */
  readonly apply: <Q extends Structured>(
    primitive: Q,
    operands: readonly AnyTensor[],
    parameters: StructuredParameters[Q],
  ) => readonly AnyTensor[]
}

/** A tensor, or null for zero. */
export type OrZero = AnyTensor | null

/**
 * From cotangents of the results to those of the operands. `known` is what later applications have given to the operands
 * already.
 */
export type Pullback = (cotangents: readonly OrZero[], known: readonly OrZero[]) => readonly OrZero[]

/** The results, and what takes cotangents of them to cotangents of the operands. */
export interface Pulled {
  readonly results: readonly AnyTensor[]
  readonly pullback: Pullback
  /** Whether `known` is in what the pullback gives already. */
  readonly accumulates?: boolean
}

/** Reverse mode of a tape, as `vjpTape` gives it, and which of the gradients are not just zeros. */
export interface Gradients {
  readonly tape: Tape
  readonly reached: readonly boolean[]
}

/**
 * A structured primitive: all its rows. A rule turns the tapes of the parameters with the transform that it belongs to
 * (`vjpTape`, `jvpTape`, `batchTape`), which hands itself over.
 */
export interface StructuredDefinition<S extends Structured> {
  /** The shape rule: operands and results follow from the parameters. */
  readonly signature: (parameters: StructuredParameters[S]) => Signature
  readonly evaluate: (context: EvaluateContext<S>) => readonly Block[]
  /** The results for an engine: written out, or as they are with all inside written out by `inlineStructured`. */
  readonly inline: (
    context: StructuredContext<S> & { readonly inlineStructured: (tape: Tape) => Tape },
  ) => readonly AnyTensor[]
  /** `active` tells which operands a derivative flows to. */
  readonly vjp: (
    context: StructuredContext<S> & {
      readonly active: readonly boolean[]
      readonly vjpTape: (tape: Tape, wrt: readonly number[], seeded?: readonly number[]) => Tape
      readonly gradientTape: (
        tape: Tape,
        wrt: readonly number[],
        seeded: readonly number[],
        onto: readonly number[],
      ) => Gradients
    },
  ) => Pulled
  readonly jvp: (
    context: StructuredContext<S> & {
      readonly tangents: readonly OrZero[]
      readonly jvpTape: (tape: Tape, wrt: readonly number[]) => Tape
    },
  ) => { readonly results: readonly AnyTensor[]; readonly tangents: readonly OrZero[] }
  /** Every result has the batch as its axis 0. */
  readonly batch: (
    context: StructuredContext<S> & {
      readonly batched: readonly boolean[]
      readonly size: number
      readonly batchTape: (tape: Tape, batched: readonly number[], size: number) => Tape
    },
  ) => readonly AnyTensor[]
}

/** Inputs and outputs of a tape as the signature of its application. */
export const signatureOf = (tape: Tape): Signature => ({
  operands: tape.inputs.map(({ id }) => tape.values[id]!),
  results: tape.outputs.map((id) => tape.values[id]!),
})

/** The positions at which `list` is true, or not null. */
export const positions = (list: readonly unknown[]): number[] =>
  list.flatMap((entry, index) => (entry === null || entry === false ? [] : [index]))

/** `found`, one after the other, at the given positions of a list of `length`; null elsewhere. */
export const scatter = (found: readonly AnyTensor[], at: readonly number[], length: number): OrZero[] => {
  const list = new Array<OrZero>(length).fill(null)
  at.forEach((position, index) => {
    list[position] = found[index]!
  })
  return list
}
