import { type AnyFunction, type Compiled, type CompileOptions, compileWith, type Engine } from '@vae/autograd'
import { wasmEngine } from './engine.ts'

let shared: Promise<Engine> | null = null

/** The engine of all functions compiled here: one memory, so that state passes between them inside it. */
const sharedEngine = (): Promise<Engine> => {
  shared ??= wasmEngine().catch((error: unknown) => {
    shared = null
    throw error
  })
  return shared
}

/**
 * Compiles a function of tensors: called like the original, it records itself on its first call and then runs
 * as one WebAssembly program. Only this call waits; the compiled function is synchronous. All functions
 * compiled here share one engine, and so one memory. Rejects where WebAssembly SIMD or shared memories are
 * missing.
 *
 * ```ts
 * const double = await compile((x: Tensor<[3]>) => add(x, x))
 * double(tensor([3], [1, 2, 3])) // → [2, 4, 6]
 * ```
 */
export const compile = async <F extends AnyFunction>(
  f: F,
  options: CompileOptions<F> = {},
): Promise<Compiled<F>> => compileWith(await sharedEngine())(f, options)
