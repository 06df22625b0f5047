import type { AnyTensor, TensorSpec } from '@vae/tensor'
import type { RecordedFunction } from './function.ts'
import { splitTape } from './partial.ts'
import { run } from './replay.ts'
import type { Tape } from './tape.ts'

/** A function at a point: its value, and what is left of a derivative until its seeds are known. */
export interface Staged<R> extends Pick<RecordedFunction<R>, 'outputPaths' | 'rebuild'> {
  readonly value: R
  /** Shape and dtype of each output. */
  readonly outputs: readonly TensorSpec[]
  /** From the seeds (tangents or cotangents), then the residuals, to the derivatives. */
  readonly tape: Tape
  readonly residuals: readonly AnyTensor[]
}

/** Runs what a derivative needs no seeds for. Its tape takes `seeds` of them after the inputs of the function. */
export const stage = <R>(
  { tape, inputs, captured, outputPaths, rebuild }: RecordedFunction<R>,
  derivative: Tape,
  seeds: number,
): Staged<R> => {
  const outputs = tape.outputs.map((id) => tape.values[id]!)
  const unknown = Array.from({ length: seeds }, (_, index) => tape.inputs.length + index)
  const { known, rest } = splitTape(derivative, unknown, outputs.length)
  const computed = run(known, [...inputs, ...captured])
  return {
    value: rebuild(computed.slice(0, outputs.length)),
    outputs,
    outputPaths,
    rebuild,
    tape: rest,
    residuals: computed.slice(outputs.length),
  }
}
