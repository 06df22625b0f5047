import { type AnyFunction, type Compiled, type CompileOptions, compileWith, type Engine } from '@vae/autograd'
import { type WasmOptions, wasmEngine } from './engine.ts'

/** How a function is compiled here. */
export interface WasmCompileOptions<F extends AnyFunction>
  extends CompileOptions<F>,
    Pick<WasmOptions, 'threads'> {}

const shared = new Map<number | undefined, Promise<Engine>>()

/** The engine of all functions compiled for as many threads: one memory, so that state passes between them inside it. */
const sharedEngine = (threads: number | undefined): Promise<Engine> => {
  const known = shared.get(threads)
  if (known !== undefined) return known
  const engine = wasmEngine(threads === undefined ? {} : { threads }).catch((error: unknown) => {
    shared.delete(threads)
    throw error
  })
  shared.set(threads, engine)
  return engine
}

/**
 * Compiles a function of tensors: called like the original, it records itself on its first call and then runs
 * as one WebAssembly program, on as many threads as pay (`threads` at most; the cores of the machine unless given).
 * Only this call waits; the compiled function is synchronous. All functions compiled here for the same number of
 * threads share one engine, and so one memory. Rejects where WebAssembly SIMD or shared memories are missing.
 *
 * ```ts
 * const double = await compile((x: Tensor<[3]>) => add(x, x))
 * double(tensor([3], [1, 2, 3])) // → [2, 4, 6]
 * ```
 */
export const compile = async <F extends AnyFunction>(
  f: F,
  { threads, ...options }: WasmCompileOptions<F> = {},
): Promise<Compiled<F>> => compileWith(await sharedEngine(threads))(f, options)
