import { type AnyTensor, type Block, HostTensor } from '@vae/tensor'
import type { Engine } from '../engine.ts'
import { evaluate } from '../interpret.ts'
import type { Tape } from '../tape.ts'
import { type Checked, recorded } from './checked.ts'
import { showArguments } from './code.ts'
import { difference, type Tolerance } from './compare.ts'
import { explained, type Inputs } from './failure.ts'

/** How closely an engine must follow the reference evaluator. */
export interface CompiledCheckOptions {
  /** Largest difference of a float, relative to the largest of its tensor. 10⁻⁵ unless given. */
  readonly tolerance?: number
  /** A difference that is allowed however small the tensor is, where large terms cancel. 0 unless given. */
  readonly absolute?: number
}

/** Blocks in precision f32 are tensors. */
const asTensor = ({ shape, dtype, data }: Block): AnyTensor =>
  new HostTensor(shape, dtype, data as AnyTensor['data'])

/** See `checkCompiled`. Throws an error that names the first difference. */
const compareOutputs = (engine: Engine, tape: Tape, inputs: Inputs, tolerance: Tolerance): void => {
  const executable = engine.load(tape, { donations: [] })
  try {
    const outputs = executable.run(inputs.map(asTensor))
    evaluate(tape, inputs).forEach((expected, output) => {
      const problem = difference(outputs[output]!, expected, tolerance)
      if (problem !== null) throw new Error(`${engine.name}: output ${output} ${problem}`)
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
  { tolerance = 1e-5, absolute = 0 }: CompiledCheckOptions = {},
): void => {
  const { tape, inputs } = recorded('checkCompiled', f, args)
  explained(
    {
      name: 'checkCompiled',
      run: (part, [run]) => compareOutputs(engine, part, run!, { relative: tolerance, absolute }),
      call: (part, [run]) => `checkCompiled(engine, f, ${showArguments(part, run!)})`,
    },
    tape,
    [inputs],
  )
}
