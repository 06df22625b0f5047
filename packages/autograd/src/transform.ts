import type { AnyTensor } from '@vae/tensor'
import { type InputSpec, record } from './recorder.ts'
import type { Tape } from './tape.ts'

/** The inputs of a tape as those of a new one. */
export const inputSpecs = (tape: Tape): InputSpec[] =>
  tape.inputs.map(({ id, name }) => ({ ...tape.values[id]!, name }))

/** Records what a transform of a tape computes. Unlike a user's function, it reads nothing but its inputs. */
export const transform = (
  inputs: readonly InputSpec[],
  f: (inputs: readonly AnyTensor[]) => readonly AnyTensor[],
): Tape => {
  // What the tape holds already was allowed when it was recorded.
  const { tape, captured } = record(f, inputs, { capturesParameters: true })
  if (captured.length > 0)
    throw new Error(`a transform read ${captured.length} tensors from outside the tape: a rule is at fault`)
  return tape
}
