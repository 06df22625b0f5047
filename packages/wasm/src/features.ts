import { Code } from './code.ts'
import { encodeModule } from './encoder.ts'

/** What a build of the kernels needs of the machine: fixed vectors, or also those instructions that may round as it likes. */
export type Features = 'simd128' | 'relaxed-simd'

/** A module that multiplies and adds in one instruction. */
const probe = (): Uint8Array<ArrayBuffer> => {
  const code = new Code({ parameters: ['v128', 'v128', 'v128'], results: ['v128'] })
  code.get(0).get(1).get(2).vector('f32x4.relaxed_madd')
  return encodeModule({ imports: [], functions: [code.finish()], run: 0 })
}

/** As far as Node's `process` is needed; other hosts have none, or one that is no Node. */
interface Host {
  readonly process?: {
    readonly release?: { readonly name?: string }
    readonly getBuiltinModule?: (
      name: 'node:v8',
    ) => { readonly setFlagsFromString: (flag: string) => void } | undefined
  }
}

let relaxed: boolean | null = null

const detect = (): boolean => {
  const binary = probe()
  if (WebAssembly.validate(binary)) return true
  // Node 20 has them behind a flag, which holds from the next compilation on
  const { process } = globalThis as Host
  if (process?.release?.name !== 'node') return false
  process.getBuiltinModule?.('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd')
  return WebAssembly.validate(binary)
}

/** What this machine has, the slowest first. */
export const availableFeatures = (): readonly Features[] => {
  relaxed ??= detect()
  return relaxed ? ['simd128', 'relaxed-simd'] : ['simd128']
}
