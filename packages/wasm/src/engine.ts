import {
  type Engine,
  type Executable,
  inlineStructured,
  type LoadOptions,
  type Stopwatch,
  stopwatch,
  type Tape,
} from '@vae/autograd'
import { createExecutable, type Extent } from './executable.ts'
import { tooLarge } from './explain.ts'
import { availableFeatures } from './features.ts'
import { instantiateKernels, type KernelSizes } from './kernels.ts'
import { type Arena, createArena } from './memory.ts'
import { type Plan, planOf } from './plan.ts'
import type { RunPlan } from './profile.ts'
import { encodeProgram } from './program.ts'

/** How much an engine may use. */
export interface WasmOptions {
  /** The most bytes that the engine may use; by default, and at most, 4 GiB; at least 1 MiB. */
  readonly memoryLimit?: number
  /**
   * Whether to use the instructions of relaxed SIMD where the machine has them, as it does by default. Without them
   * the engine is slower, but the same on every machine: portable results, bit for bit.
   */
  readonly relaxed?: boolean
}

const addressSpace = 4 * 1024 ** 3
const smallest = 1024 ** 2

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
export const wasmEngine = async ({
  memoryLimit = addressSpace,
  relaxed = true,
}: WasmOptions = {}): Promise<Engine> => {
  if (!(memoryLimit >= smallest))
    throw new RangeError(`wasmEngine: memoryLimit must be at least ${smallest} bytes, got ${memoryLimit}`)
  const arena = createArena(Math.min(memoryLimit, addressSpace))
  const features = relaxed ? availableFeatures().at(-1)! : 'simd128'
  const kernels = await instantiateKernels(arena.memory, features)
  // the kernel module exports exactly what assembly/index.ts lists
  const sizes = kernels as unknown as KernelSizes
  const scratch = createScratch(arena)

  // the memory of programs that nobody refers to any more, and that nobody closed
  const abandoned = new FinalizationRegistry<number>(arena.release)

  const reserve = (plan: Plan): { persistent: Extent; release: () => void } => {
    try {
      scratch.fit(plan.bytes.scratch)
      const persistent = { address: arena.allocate(plan.bytes.persistent) }
      abandoned.register(persistent, persistent.address, persistent)
      const release = () => {
        abandoned.unregister(persistent)
        arena.release(persistent.address)
      }
      return { persistent, release }
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(tooLarge(plan, arena.limit), { cause: error })
      throw error
    }
  }

  const instantiate = (plan: Plan, time: Stopwatch['time']): RunPlan => {
    const binary = time('encode', () => encodeProgram(plan, features))
    return time('compile', () => {
      const module = new WebAssembly.Module(binary)
      const { exports } = new WebAssembly.Instance(module, { env: { memory: arena.memory }, kernels })
      // the encoder exports `run` with two addresses
      return exports.run as RunPlan
    })
  }

  const load = (structured: Tape, { donations }: LoadOptions): Executable => {
    const { stages, time } = stopwatch()
    const tape = time('inline', () => inlineStructured(structured))
    const plan = time('plan', () => planOf(tape, donations, sizes))
    const { persistent, release } = reserve(plan)
    return createExecutable(plan, tape, {
      arena,
      scratch: scratch.address,
      persistent,
      call: instantiate(plan, time),
      release,
      stages,
      instantiate: (other) => instantiate(other, stopwatch().time),
    })
  }

  return { name: 'wasm', features, load }
}
