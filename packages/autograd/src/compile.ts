import { type AnyTensor, isTensor, mapTensors, RecordedTensor, sameShape, showShape } from '@vae/tensor'
import type { Donation, Engine, Executable } from './engine.ts'
import { recordFunction } from './function.ts'
import { inlineStructured } from './inline.ts'
import { simplify } from './simplify.ts'
import type { Tape } from './tape.ts'

/** Any function of trees of tensors. */
export type AnyFunction = (...args: never[]) => unknown

/** How a function is compiled. */
export interface CompileOptions<F extends AnyFunction> {
  /**
   * Parts of the first argument, by key, whose storage the result takes over: pass each returned state to the
   * next call only, and use the old one no more.
   */
  readonly donate?: readonly (keyof Parameters<F>[0] & string)[]
}

/**
 * A compiled function: called like the original, whose type it has, with type parameters and all. It is compiled once
 * for each set of shapes and dtypes.
 */
export type Compiled<F extends AnyFunction> = F & {
  /** A readable account of every program compiled so far. */
  readonly explain: () => string
  /** Gives the memory of all programs back to the engine. */
  readonly close: () => void
}

interface Program {
  readonly executable: Executable
  readonly rebuild: (outputs: readonly AnyTensor[]) => unknown
}

/** The last part of a path, from the key of a donated part on: `0.params.weight` → `params.weight`. */
const withinArgument = (name: string): string => name.slice(name.indexOf('.') + 1)

/** Pairs each donated input with an output of the same shape and dtype whose path ends as its own. */
const donations = (tape: Tape, outputPaths: readonly string[], keys: readonly string[]): Donation[] => {
  const taken = new Set<number>()
  return tape.inputs.flatMap(({ id, name }, input) => {
    const path = withinArgument(name)
    if (!name.startsWith('0.') || !keys.some((key) => path === key || path.startsWith(`${key}.`))) return []
    const spec = tape.values[id]!
    const output = outputPaths.findIndex((outputPath, index) => {
      const other = tape.values[tape.outputs[index]!]!
      const fits = sameShape(spec.shape, other.shape) && spec.dtype === other.dtype
      return fits && !taken.has(index) && (outputPath === path || outputPath.endsWith(`.${path}`))
    })
    if (output < 0) return []
    taken.add(output)
    return [{ input, output }]
  })
}

const tensorsIn = (args: readonly unknown[]): { tensors: AnyTensor[]; signature: string } => {
  const tensors: AnyTensor[] = []
  const parts: string[] = []
  mapTensors(args, (tensor, path) => {
    tensors.push(tensor)
    parts.push(`${path}:${tensor.dtype}${showShape(tensor.shape)}`)
    return tensor
  })
  return { tensors, signature: parts.join(' ') }
}

/**
 * Makes functions of trees into programs of an engine. Each is recorded, simplified and loaded at its first
 * call with new shapes or dtypes. Arguments that are no tensors are not part of a program's identity, so
 * numbers are refused with a `TypeError`: one that changes must be a scalar tensor.
 *
 * ```ts
 * const double = compileWith(referenceEngine)((x: Tensor<[3]>) => add(x, x))
 * double(tensor([3], [1, 2, 3])) // → [2, 4, 6]
 * ```
 */
export const compileWith =
  (engine: Engine) =>
  <F extends AnyFunction>(f: F, options: CompileOptions<F> = {}): Compiled<F> => {
    // The arguments of a call are those of F; TypeScript has no spread for the parameters of a type parameter.
    const original = (...args: readonly unknown[]): unknown => f(...(args as readonly never[]))
    const programs = new Map<string, Program>()
    const build = (args: readonly unknown[]): Program => {
      for (const [index, argument] of args.entries()) refuseConstants(argument, `${index}`)
      const { tape, captured, outputPaths, rebuild } = recordFunction(original, args)
      if (captured.length > 0)
        throw new Error('compile: a compiled function was first called inside a recording that it captures')
      const executable = engine.load(simplify(inlineStructured(tape)), {
        donations: donations(tape, outputPaths, options.donate ?? []),
      })
      return { executable, rebuild }
    }
    const run = (...args: readonly unknown[]): unknown => {
      const { tensors, signature } = tensorsIn(args)
      if (tensors.some((tensor) => tensor instanceof RecordedTensor)) return original(...args)
      const program = programs.get(signature) ?? build(args)
      programs.set(signature, program)
      return program.rebuild(program.executable.run(tensors))
    }
    const compiled = Object.assign(run, {
      explain: () =>
        [...programs]
          .map(([signature, { executable }]) => `${signature}\n${executable.explain()}`)
          .join('\n\n'),
      close: () => {
        for (const { executable } of programs.values()) executable.close()
        programs.clear()
      },
    })
    // It takes what the original takes and returns what it returns, in the same structure.
    return compiled as typeof compiled & F
  }

/** Refuses what would be part of the program although it looks like an argument. */
const refuseConstants = (node: unknown, path: string): void => {
  if (isTensor(node) || node === undefined) return
  if (typeof node === 'object' && node !== null) {
    for (const [key, child] of Object.entries(node)) refuseConstants(child, `${path}.${key}`)
    return
  }
  throw new TypeError(
    `compile: argument ${path} is the ${typeof node} ${String(node)}, which would stay as it is in every later call: ` +
      'pass a tensor',
  )
}
