import { type AnyTensor, isTensor, RecordedTensor, sameShape } from '@vae/tensor'
import {
  type Compilation,
  reasonFor,
  type Signature,
  showCompilation,
  showSignature,
  signatureOf,
} from './compilation.ts'
import type { Donation, Engine, Executable } from './engine.ts'
import { recordFunction } from './function.ts'
import { inlineStructured } from './inline.ts'
import type { Profile } from './profile.ts'
import { simplify } from './simplify.ts'
import { stopwatch } from './stopwatch.ts'
import { recogniser } from './structure.ts'
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
  /**
   * A readable account of every program compiled so far: when, why and how fast it was compiled, and what it does,
   * with the sizes and lifetimes of its buffers and the bytes that it needs at most.
   */
  readonly explain: () => string
  /** When and why each program was compiled. */
  readonly compilations: () => readonly Compilation[]
  /**
   * Runs the program for these arguments step by step, on copies of them, and measures each step; see `showProfile`.
   * Takes about half a second. Throws where the engine cannot do so.
   */
  readonly profile: (...args: Parameters<F>) => Profile
  /** Gives the memory of all programs back to the engine. */
  readonly close: () => void
}

interface Program {
  readonly compilation: Compilation
  readonly executable: Executable
  readonly rebuild: (outputs: readonly AnyTensor[]) => unknown
}

/** Arguments that were seen before, and the program that takes them. */
interface Known {
  readonly recognise: (args: readonly unknown[]) => readonly AnyTensor[] | null
  readonly program: Program
}

/** A program for a call, and the call's tensors in the order of its inputs. */
interface Found {
  readonly program: Program
  readonly tensors: readonly AnyTensor[]
}

/** How many kinds of arguments are recognised at once; others are looked up by their paths. */
const remembered = 8

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
    /** The arguments of earlier calls, the latest first. */
    let recent: readonly Known[] = []
    let calls = 0

    const build = (args: readonly unknown[], signature: Signature): Program => {
      const { stages, time } = stopwatch()
      const recorded = time('record', () => recordFunction(original, args))
      if (recorded.captured.length > 0)
        throw new Error('compile: a compiled function was first called inside a recording that it captures')
      const tape = time('simplify', () => simplify(inlineStructured(recorded.tape)))
      const executable = engine.load(tape, {
        donations: donations(recorded.tape, recorded.outputPaths, options.donate ?? []),
      })
      const earlier = [...programs.values()].map(({ compilation }) => compilation.signature)
      const reason = reasonFor(signature, earlier)
      const compilation = { signature, call: calls, reason, stages: [...stages, ...executable.stages] }
      return { compilation, executable, rebuild: recorded.rebuild }
    }
    /** The program for arguments that differ from those of all recent calls; null if they are being recorded. */
    const find = (args: readonly unknown[]): Found | null => {
      const { tensors, signature } = signatureOf(args)
      if (tensors.some((tensor) => tensor instanceof RecordedTensor)) return null
      for (const [index, argument] of args.entries()) refuseConstants(argument, `${index}`)
      const key = showSignature(signature)
      const program = programs.get(key) ?? build(args, signature)
      programs.set(key, program)
      recent = [{ recognise: recogniser(args), program }, ...recent.slice(0, remembered - 1)]
      return { program, tensors }
    }
    const lookUp = (args: readonly unknown[]): Found | null => {
      for (const { recognise, program } of recent) {
        const tensors = recognise(args)
        if (tensors !== null) return { program, tensors }
      }
      return find(args)
    }
    const run = (...args: readonly unknown[]): unknown => {
      calls++
      const found = lookUp(args)
      if (found === null) return original(...args)
      return found.program.rebuild(found.program.executable.run(found.tensors))
    }
    const compiled = Object.assign(run, {
      explain: () =>
        [...programs.values()]
          .map(
            ({ compilation, executable }, index) =>
              `${showCompilation(compilation, index)}\n${executable.explain()}`,
          )
          .join('\n\n'),
      compilations: () => [...programs.values()].map(({ compilation }) => compilation),
      profile: (...args: readonly unknown[]): Profile => {
        const found = lookUp(args)
        if (found === null)
          throw new Error('profile: the arguments are being recorded and have no elements yet')
        const { profile } = found.program.executable
        if (profile === null) throw new Error(`profile: the engine ${engine.name} has no steps to measure`)
        return profile(found.tensors)
      },
      close: () => {
        for (const { executable } of programs.values()) executable.close()
        programs.clear()
        recent = []
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
