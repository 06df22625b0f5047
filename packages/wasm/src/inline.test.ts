import { describe, expect, test } from 'vitest'
import { Code } from './code.ts'
import { encodeModule } from './encoder.ts'
import { availableFeatures } from './features.ts'
import { inliner } from './inline.ts'
import { inlineBodyOf, instantiateKernels, type VectorKernel, vectorKernels } from './kernels.ts'
import { host } from './testing/tape.ts'

describe.each(availableFeatures())('%s', (features) => {
  test('straight-line functions are carried by the loops, those with branches are called', () => {
    const names = Object.keys(vectorKernels) as VectorKernel[]
    expect(names.filter((name) => inlineBodyOf(name, features) !== undefined)).toEqual([
      'exp',
      'expm1',
      'log',
      'log1p',
      'log1pOfUnit',
      'tanh',
      'sigmoid',
      'erf',
    ])
  })

  test('an inlined body gives the bits of a call', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
    const kernels = await instantiateKernels(memory, features)
    const x = host([4], [0.3, -2, 40, Number.NaN]).data
    for (const name of ['exp', 'expm1', 'log', 'log1p', 'log1pOfUnit', 'tanh', 'sigmoid', 'erf'] as const) {
      const body = inlineBodyOf(name, features)!
      const code = new Code({ parameters: ['i32', 'i32'], results: [] })
      const emit = inliner(code, [body])
      code.get(1).get(0).memory('v128.load', 0)
      emit(body)
      code.memory('v128.store', 0)
      code.get(1).get(0).memory('v128.load', 0).call(0).memory('v128.store', 16)
      const imports = [{ name, type: vectorKernels[name] }]
      const binary = encodeModule({ imports, functions: [code.finish()], run: 0 })
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), {
        env: { memory },
        kernels,
      })
      const run = exports.run as (from: number, to: number) => void
      new Float32Array(memory.buffer).set(x, 16)
      run(64, 128)
      const words = new Uint32Array(memory.buffer)
      expect([...words.slice(32, 36)]).toEqual([...words.slice(36, 40)])
    }
  })
})
