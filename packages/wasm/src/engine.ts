import { type Engine, type Executable, inlineStructured, type LoadOptions, type Tape } from '@vae/autograd'
import { createExecutable } from './executable.ts'
import { tooLarge } from './explain.ts'
import { availableFeatures } from './features.ts'
import { instantiateKernels, type KernelSizes } from './kernels.ts'
import { type Arena, createArena } from './memory.ts'
import { planOf } from './plan.ts'
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

  const load = (structured: Tape, { donations }: LoadOptions): Executable => {
    const tape = inlineStructured(structured)
    const plan = planOf(tape, donations, sizes)
    let persistent: number | null = null
    try {
      scratch.fit(plan.bytes.scratch)
      persistent = arena.allocate(plan.bytes.persistent)
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(tooLarge(plan, arena.limit), { cause: error })
      throw error
    }
    const module = new WebAssembly.Module(encodeProgram(plan, features))
    const { exports } = new WebAssembly.Instance(module, { env: { memory: arena.memory }, kernels })
    const at = persistent
    return createExecutable(plan, tape, {
      arena,
      scratch: scratch.address,
      persistent: at,
      // the encoder exports `run` with two addresses
      call: exports.run as (scratch: number, persistent: number) => void,
      release: () => arena.release(at),
    })
  }

  return { name: 'wasm', features, load }
}
