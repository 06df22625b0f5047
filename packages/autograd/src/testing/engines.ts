import { type AnyTensor, type Block, HostTensor, showShape } from '@vae/tensor'
import type { Engine } from '../engine.ts'
import { evaluate } from '../interpret.ts'
import type { Tape } from '../tape.ts'
import { type Checked, recorded } from './checked.ts'
import { showArguments } from './code.ts'
import { explained, type Inputs } from './failure.ts'

/** How closely an engine must follow the reference evaluator. */
export interface CompiledCheckOptions {
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

/** Blocks in precision f32 are tensors. */
const asTensor = ({ shape, dtype, data }: Block): AnyTensor =>
  new HostTensor(shape, dtype, data as AnyTensor['data'])

/** See `checkCompiled`. Throws an error that names the first difference. */
const compareOutputs = (engine: Engine, tape: Tape, inputs: Inputs, tolerance: number): void => {
  const executable = engine.load(tape, { donations: [] })
  try {
    const outputs = executable.run(inputs.map(asTensor))
    evaluate(tape, inputs).forEach((expected, output) => {
      const actual = outputs[output]!
      const explain = (problem: string): Error => new Error(`${engine.name}: output ${output} ${problem}`)
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

/**
 * Runs a function on an engine and on the reference evaluator and compares every output: floats within a tolerance,
 * everything else exactly.
 *
 * ```ts
 * checkCompiled(await wasmEngine(), (x: Tensor<[3]>) => softmax(x, 0), [tensor([3], [1, 2, 3])])
 * ```
 *
 * Throws an error that names the first difference, with the smallest part of the program that differs, as code. A tape
 * may stand for the function, with its inputs as arguments.
 */
export const checkCompiled = <A extends readonly unknown[]>(
  engine: Engine,
  f: Checked<A>,
  args: A,
  { tolerance = 1e-5 }: CompiledCheckOptions = {},
): void => {
  const { tape, inputs } = recorded('checkCompiled', f, args)
  explained(
    {
      name: 'checkCompiled',
      run: (part, [run]) => compareOutputs(engine, part, run!, tolerance),
      call: (part, [run]) => `checkCompiled(engine, f, ${showArguments(part, run!)})`,
    },
    tape,
    [inputs],
  )
}
