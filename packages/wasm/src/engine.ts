import {
  type Donation,
  type Engine,
  type Executable,
  inlineStructured,
  type LoadOptions,
  type Stopwatch,
  stopwatch,
  type Tape,
} from '@vae/autograd'
import { sizeOf } from '@vae/tensor'
import { createExecutable, type Extent, type Host } from './executable.ts'
import { tooLarge } from './explain.ts'
import { availableFeatures } from './features.ts'
import { compileKernels, instantiateKernels, sizesOf } from './kernels.ts'
import { type Arena, createArena } from './memory.ts'
import { type Plan, planOf, scratchBytes } from './plan.ts'
import type { RunPlan } from './profile.ts'
import { encodeProgram } from './program.ts'
import { type LeastSavings, leastSavings } from './savings.ts'
import { secondsOf } from './schedule.ts'
import { createThreads } from './threads.ts'

/** How much an engine may use. */
export interface WasmOptions {
  /** The most bytes that the engine may use; by default, and at most, 4 GiB; at least 1 MiB. */
  readonly memoryLimit?: number
  /**
   * Whether to use the instructions of relaxed SIMD where the machine has them, as it does by default. Without them
   * the engine is slower, but the same on every machine: portable results, bit for bit.
   */
  readonly relaxed?: boolean
  /**
   * How many threads may share a run; by default as many as there are cores. Small programs stay on one thread, and the
   * result is the same for any number, bit for bit. Where there are no threads (in a page that is not cross-origin
   * isolated, and on the main thread of any page) there is one, whatever is asked for.
   */
  readonly threads?: number
}

const addressSpace = 4 * 1024 ** 3
const smallest = 1024 ** 2
const mostThreads = 256

/** A program whose values have more elements is large. */
const manyElements = 1e6

const elementsOf = ({ values }: Tape): number => values.reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/** Seconds that a thread may be late at a barrier, beside three times what the whole run should take. */
const patience = 20

/** The scratch area: as large as the hungriest program so far, and never twice. */
const createScratch = (arena: Arena) => {
  let bytes = 0
  let address = 0
  const fit = (needed: number): void => {
    if (needed <= bytes) return
    if (bytes > 0) arena.release(address)
    try {
      address = arena.allocate(needed)
      bytes = needed
    } catch (error) {
      // the old area is still free: programs that fitted go on running
      if (bytes > 0) address = arena.allocate(bytes)
      throw error
    }
  }
  return { fit, address: () => address }
}

/** An engine that shares what saves at least as much as is given: see `wasmEngine`. */
export const createEngine = async (
  { memoryLimit = addressSpace, relaxed = true, threads: wanted }: WasmOptions,
  least: LeastSavings,
): Promise<Engine> => {
  if (!(memoryLimit >= smallest))
    throw new RangeError(`wasmEngine: memoryLimit must be at least ${smallest} bytes, got ${memoryLimit}`)
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= mostThreads))
    throw new RangeError(`wasmEngine: threads must be a whole number from 1 to ${mostThreads}, got ${wanted}`)
  const arena = createArena(Math.min(memoryLimit, addressSpace))
  const features = relaxed ? availableFeatures().at(-1)! : 'simd128'
  const module = await compileKernels(features)
  const kernels = await instantiateKernels(arena.memory, module)
  const sizes = sizesOf(kernels)
  const scratch = createScratch(arena)
  const threads = await createThreads(arena, { module, kernels }, wanted)

  const planFor = (tape: Tape, donations: readonly Donation[]): Plan => {
    const plan = planOf(tape, donations, sizes, { threads: threads.count(), least })
    return plan.threads === 1 || threads.start() ? plan : planOf(tape, donations, sizes)
  }
  /** The memory of programs that nobody refers to any more, and that nobody closed. */
  const abandoned = new FinalizationRegistry<() => void>((release) => release())

  const instantiate = (bytes: Uint8Array<ArrayBuffer>): RunPlan => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: arena.memory },
      kernels,
    })
    // the encoder exports `run` with two addresses and the number of the thread
    const run = exports.run as (scratch: number, persistent: number, thread: number) => void
    return (scratch, persistent) => run(scratch, persistent, 0)
  }

  /** Makes a program ready to run: what runs it, and what forgets it. */
  const link = (
    plan: Plan,
    time: Stopwatch['time'],
  ): { readonly call: RunPlan; readonly unload: () => void } => {
    const bytes = time('encode', () => encodeProgram(plan, features))
    const shared = plan.threads > 1 ? time('share', () => threads.load(bytes)) : null
    const run = time('compile', () => instantiate(bytes))
    if (shared === null) return { call: run, unload: () => undefined }
    const seconds = Math.ceil(patience + 3 * secondsOf(plan))
    const call: RunPlan = (scratch, persistent) =>
      shared.run(scratch, persistent, seconds, () => run(scratch, persistent))
    return { call, unload: shared.unload }
  }

  /** Made apart from the extent that it gives back: what it closes over is never collected before it was called. */
  const forgetting = (unload: () => void, address: number) => (): void => {
    unload()
    arena.release(address)
  }

  /** The program's own memory, and the program in it. */
  const settle = (plan: Plan, time: Stopwatch['time']): Pick<Host, 'persistent' | 'call' | 'release'> => {
    scratch.fit(scratchBytes(plan))
    const persistent: Extent = { address: arena.allocate(plan.bytes.persistent) }
    const { address } = persistent
    try {
      const { call, unload } = link(plan, time)
      const forget = forgetting(unload, address)
      abandoned.register(persistent, forget, persistent)
      const release = (): void => {
        abandoned.unregister(persistent)
        forget()
      }
      return { persistent, call, release }
    } catch (error) {
      arena.release(address)
      throw error
    }
  }

  const load = (structured: Tape, { donations }: LoadOptions): Executable => {
    threads.check()
    const { stages, time } = stopwatch()
    const tape = time('inline', () => inlineStructured(structured))
    // a program that is certain to want workers has them started while it is planned
    if (elementsOf(tape) > manyElements) threads.start()
    const plan = time('plan', () => planFor(tape, donations))
    try {
      return createExecutable(plan, tape, {
        ...settle(plan, time),
        arena,
        features,
        scratch: scratch.address,
        check: threads.check,
        stages,
        alone: () => {
          const alone = plan.threads === 1 ? plan : planOf(tape, donations, sizes)
          scratch.fit(scratchBytes(alone))
          return alone
        },
        instantiate: (other) => instantiate(encodeProgram(other, features)),
      })
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(tooLarge(plan, arena.limit), { cause: error })
      throw error
    }
  }

  return { name: 'wasm', features, load, close: threads.close }
}

/**
 * The WebAssembly engine: SIMD kernels, generated loops and one memory for all programs that it loads. Only
 * this call waits; loading and running are synchronous. Throws where WebAssembly SIMD or shared memories are
 * missing; loading a program that does not fit into the memory throws a `RangeError` that names its largest
 * buffers.
 *
 * ```ts
 * const engine = await wasmEngine({ memoryLimit: 2 ** 28 })
 * compileWith(engine)(exp<[2]>)(tensor([2], [0, 1])) // → [1, 2.718]
 * ```
 */
export const wasmEngine = (options: WasmOptions = {}): Promise<Engine> => createEngine(options, leastSavings)
