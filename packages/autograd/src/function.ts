import { type AnyTensor, mapTensors, type RecordedTensor, type TensorSpec } from '@vae/tensor'
import { type RecordOptions, record } from './recorder.ts'
import { rebuilder } from './structure.ts'
import type { Tape } from './tape.ts'

/** A function of trees, recorded. */
export interface RecordedFunction<R> {
  readonly tape: Tape
  /** The tensors found in the arguments, in canonical order: the tape's first inputs. */
  readonly inputs: readonly AnyTensor[]
  /** Tensors of enclosing recordings that the function read: the tape's last inputs. */
  readonly captured: readonly RecordedTensor[]
  /** How the tensors found in each argument are numbered: argument i has inputs `ranges[i]`. */
  readonly ranges: readonly (readonly number[])[]
  /** The tensors found in the result, with their paths, in canonical order. */
  readonly outputPaths: readonly string[]
  /** The function's result with its tensors replaced, in canonical order. */
  readonly rebuild: (outputs: readonly AnyTensor[]) => R
}

/** How a function of trees is recorded. */
export interface RecordFunctionOptions extends RecordOptions {
  /** What stands in for an argument; its own shape and dtype unless given. */
  readonly specOf?: (tensor: AnyTensor) => TensorSpec
}

/**
 * Records `f` on the shapes and dtypes of `args`: any values with tensors in them. What is no tensor is
 * passed on as it is. Throws like `record`.
 *
 * ```ts
 * const { tape } = recordFunction((p: { w: Tensor<[2]> }, x: Tensor<[2]>) => mul(p.w, x), [
 *   { w: zeros([2]) },
 *   zeros([2]),
 * ])
 * tape.inputs.map(({ name }) => name) // → ['0.w', '1']
 * ```
 */
export const recordFunction = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  { specOf = (tensor) => tensor, ...options }: RecordFunctionOptions = {},
): RecordedFunction<R> => {
  const inputs: AnyTensor[] = []
  const names: string[] = []
  const ranges = args.map((argument, index) => {
    const range: number[] = []
    mapTensors(argument, (tensor, path) => {
      range.push(inputs.push(tensor) - 1)
      names.push(path === '' ? `${index}` : `${index}.${path}`)
      return tensor
    })
    return range
  })
  let result: R | undefined
  const outputPaths: string[] = []
  const { tape, captured } = record(
    (standIns) => {
      let next = 0
      const recordedArgs = mapTensors(args, () => standIns[next++]!)
      result = f(...recordedArgs)
      const outputs: AnyTensor[] = []
      mapTensors(result, (tensor, path) => {
        outputs.push(tensor)
        outputPaths.push(path)
        return tensor
      })
      return outputs
    },
    inputs.map((input, index) => {
      const { shape, dtype } = specOf(input)
      return { shape, dtype, name: names[index]! }
    }),
    options,
  )
  return { tape, inputs, captured, ranges, outputPaths, rebuild: rebuilder(result as R) }
}
