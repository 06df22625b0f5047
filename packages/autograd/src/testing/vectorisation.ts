import { allocate, type Block, type DataOf, type DType, showShape, sizeOf } from '@vae/tensor'
import { batchTape } from '../batching.ts'
import { evaluate } from '../interpret.ts'
import { show } from '../show.ts'
import type { Tape } from '../tape.ts'
import { type Checked, recorded } from './checked.ts'
import { showArguments } from './code.ts'
import { explained } from './failure.ts'

const stack = (blocks: readonly Block[], like: Block): Block => {
  const size = sizeOf(like.shape)
  const data: DataOf<DType> = allocate(like.dtype, blocks.length * size)
  blocks.forEach((block, index) => {
    data.set(block.data, index * size)
  })
  return { shape: [blocks.length, ...like.shape], dtype: like.dtype, data }
}

/**
 * Checks that `batchTape` does for all examples at once what the tape does for each, bit for bit. The inputs
 * listed in `batched` are taken from `examples[i]`, the others from `inputs`. Throws an error with the
 * batched tape.
 *
 * ```ts
 * checkBatching(tape, [ones([3])], [0], [[tensor([3], [1, 2, 3])], [tensor([3], [4, 5, 6])]])
 * ```
 */
export const checkBatching = (
  tape: Tape,
  inputs: readonly Block[],
  batched: readonly number[],
  examples: readonly (readonly Block[])[],
): void => {
  const vectorised = batchTape(tape, batched, examples.length)
  const stacked = inputs.map((input, index) =>
    batched.includes(index)
      ? stack(
          examples.map((example) => example[index]!),
          input,
        )
      : input,
  )
  const together = evaluate(vectorised, stacked)
  const apart = examples.map((example) =>
    evaluate(
      tape,
      inputs.map((input, index) => (batched.includes(index) ? example[index]! : input)),
    ),
  )
  tape.outputs.forEach((id, output) => {
    const expected = stack(
      apart.map((outputs) => outputs[output]!),
      { ...tape.values[id]!, data: allocate(tape.values[id]!.dtype, 0) },
    )
    const actual = together[output]!
    const explain = (problem: string): Error =>
      new Error(`output ${output} of ${examples.length} examples ${problem}\nbatched:\n${show(vectorised)}`)
    if (showShape(actual.shape) !== showShape(expected.shape))
      throw explain(`has shape ${showShape(actual.shape)}, not ${showShape(expected.shape)}`)
    if (actual.dtype !== expected.dtype) throw explain(`is ${actual.dtype}, not ${expected.dtype}`)
    const wrong = actual.data.findIndex((value, index) => !Object.is(value, expected.data[index]))
    if (wrong >= 0)
      throw explain(`has ${actual.data[wrong]} at element ${wrong}, a loop gives ${expected.data[wrong]}`)
  })
}

/**
 * Checks that `vmap` does for all examples at once what a function does for each, bit for bit. An example is a list of
 * arguments; all have the same shapes.
 *
 * ```ts
 * const norm = (x: Tensor<[2]>) => sqrt(sum(square(x), [0]))
 * checkVmap(norm, [[tensor([2], [3, 4])], [tensor([2], [5, 12])]])
 * ```
 *
 * Throws an error that names the first difference, with the smallest part of the program that differs, as code. A tape
 * may stand for the function, with its inputs as arguments.
 */
export const checkVmap = <A extends readonly unknown[]>(f: Checked<A>, examples: readonly A[]): void => {
  const [first, ...others] = examples
  if (first === undefined) throw new RangeError('checkVmap: at least one example is needed')
  const { tape, inputs } = recorded('checkVmap', f, first)
  explained(
    {
      name: 'checkVmap',
      run: (part, runs) => checkBatching(part, runs[0]!, [...part.inputs.keys()], runs),
      call: (part, runs) => `checkVmap(f, [${runs.map((run) => showArguments(part, run)).join(', ')}])`,
    },
    tape,
    [inputs, ...others.map((example) => recorded('checkVmap', f, example).inputs)],
  )
}
