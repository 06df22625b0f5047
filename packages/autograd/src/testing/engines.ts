import { type AnyTensor, type Block, showShape } from '@vae/tensor'
import type { Engine } from '../engine.ts'
import { evaluate } from '../interpret.ts'
import { show } from '../show.ts'
import type { Tape } from '../tape.ts'

/** How closely an engine must follow the reference evaluator. */
export interface EngineCheckOptions {
  /** Largest difference of a float, relative to the largest of its tensor. 10⁻⁵ unless given. */
  readonly tolerance?: number
}

const largest = ({ data }: Block): number => {
  let max = 0
  for (const value of data) if (Number.isFinite(value)) max = Math.max(max, Math.abs(value))
  return max
}

const disagree = (actual: number, expected: number, tolerance: number): boolean =>
  !Object.is(actual, expected) && actual !== expected && !(Math.abs(actual - expected) <= tolerance)

/**
 * Runs a tape on an engine and on the reference evaluator and compares every output: floats within a
 * tolerance, everything else exactly. Throws an error that names the first difference, with the tape.
 *
 * ```ts
 * checkEngine(await wasmEngine(), tape, [tensor([3], [1, 2, 3])])
 * ```
 */
export const checkEngine = (
  engine: Engine,
  tape: Tape,
  inputs: readonly AnyTensor[],
  { tolerance = 1e-5 }: EngineCheckOptions = {},
): void => {
  const executable = engine.load(tape, { donations: [] })
  try {
    const outputs = executable.run(inputs)
    evaluate(tape, inputs).forEach((expected, output) => {
      const actual = outputs[output]!
      const explain = (problem: string): Error =>
        new Error(`${engine.name}: output ${output} ${problem}\n${show(tape)}`)
      if (showShape(actual.shape) !== showShape(expected.shape) || actual.dtype !== expected.dtype)
        throw explain(
          `is ${actual.dtype}${showShape(actual.shape)}, not ${expected.dtype}${showShape(expected.shape)}`,
        )
      const allowed = expected.dtype === 'f32' ? tolerance * largest(expected) : 0
      const { data } = actual
      const wrong = expected.data.findIndex((value, index) => disagree(data[index]!, value, allowed))
      if (wrong >= 0)
        throw explain(
          `has ${data[wrong]} at element ${wrong}, the reference evaluator ${expected.data[wrong]}`,
        )
    })
  } finally {
    executable.close()
  }
}
