import { type AnyTensor, mapTensors } from '@vae/tensor'
import { type RecordedFunction, type RecordFunctionOptions, recordFunction } from './function.ts'
import type { Tape, TapeInput, ValueId } from './tape.ts'

/** Functions recorded together, for one structured primitive. */
export interface Closure {
  readonly tapes: readonly Tape[]
  /** What the functions captured, constants too: the last inputs of every tape, after those of its own. */
  readonly captured: readonly AnyTensor[]
}

/**
 * Turns what tapes captured into inputs that all of them have in common. So their constants are operands, which an
 * outer recording keeps or refuses as its own, and which gradients and batches reach.
 */
export const closeOver = (
  functions: readonly Pick<RecordedFunction<unknown>, 'tape' | 'captured'>[],
): Closure => {
  const captured = [
    ...new Set(
      functions.flatMap(({ tape, captured }): AnyTensor[] => [
        ...captured,
        ...tape.constants.map(({ tensor }) => tensor),
      ]),
    ),
  ]
  const tapes = functions.map(({ tape, captured: own }): Tape => {
    const first = tape.inputs.slice(0, tape.inputs.length - own.length)
    const known = new Map<AnyTensor, TapeInput>([
      ...own.map((tensor, index) => [tensor, tape.inputs[first.length + index]!] as const),
      ...tape.constants.map(({ id, name, tensor }) => [tensor, { id, name }] as const),
    ])
    const values = [...tape.values]
    const unused = ({ shape, dtype }: AnyTensor): ValueId => values.push({ shape, dtype }) - 1
    const rest = captured.map((tensor) => known.get(tensor) ?? { id: unused(tensor), name: 'unused' })
    return { ...tape, values, inputs: [...first, ...rest], constants: [] }
  })
  return { tapes, captured }
}

/** Records a function for a structured primitive: parameters that it captures become operands. */
export const recordBody = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  options: Pick<RecordFunctionOptions, 'specOf'> = {},
): RecordedFunction<R> => recordFunction(f, args, { ...options, capturesParameters: true })

/** The tensors in any value, in canonical order, with their paths. */
export const tensorsIn = (node: unknown): { readonly path: string; readonly tensor: AnyTensor }[] => {
  const found: { path: string; tensor: AnyTensor }[] = []
  mapTensors(node, (tensor, path) => {
    found.push({ path, tensor })
    return tensor
  })
  return found
}
