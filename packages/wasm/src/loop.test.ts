import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BufferPlace } from './buffer.ts'
import { encodeModule } from './encoder.ts'
import { availableFeatures } from './features.ts'
import { inlineBodyOf, instantiateKernels, type VectorKernel, vectorKernels } from './kernels.ts'
import { encodeLoop } from './loop.ts'
import { loopUnits } from './loop-shape.ts'
import { planOf } from './plan.ts'
import type { Resolver } from './resolver.ts'
import { atMost } from './testing/at-most.ts'
import { randomTapes } from './testing/random-tape.ts'
import { someSizes } from './testing/sizes.ts'

test.each(availableFeatures())(
  '%s: bits do not depend on how the range of a loop is split',
  async (features) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
    const kernels = await instantiateKernels(memory, features)
    const names = Object.keys(vectorKernels) as VectorKernel[]
    const imports = names.map((name) => ({ name, type: vectorKernels[name] }))
    const base = 64

    fc.assert(
      fc.property(randomTapes, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), ({ tape }, parts) => {
        const { buffers, steps, bytes } = planOf(tape, [], someSizes)
        const missing = base + bytes.scratch + 1024 - memory.buffer.byteLength
        if (missing > 0) memory.grow(Math.ceil(missing / 65536))
        const words = new Uint32Array(memory.buffer, 0, (base + bytes.scratch) / 4)
        const resolver: Resolver = {
          address: ({ buffer }: BufferPlace) => ({ base: 0, offset: buffers[buffer]!.offset }),
          kernel: (name) => names.indexOf(name as VectorKernel),
          instruction: (name) => name,
          inlineBody: (name) => inlineBodyOf(name, features),
        }
        for (const { step } of steps) {
          if (step.kind !== 'loop') continue
          const module = encodeModule({ imports, functions: [encodeLoop(step, resolver)], run: 0 })
          const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), {
            env: { memory },
            kernels,
          })
          // the encoder exports what it was given
          const run = exports.run as (scratch: number, persistent: number, begin: number, end: number) => void
          const units = loopUnits(step)
          const memoryAfter = (borders: readonly number[]): Uint32Array => {
            // floats between 1 and 2
            words.forEach((_, i) => {
              words[i] = 0x3f800000 | (Math.imul(i, 0x9e3779b1) >>> 9)
            })
            borders.slice(1).forEach((end, i) => {
              run(base, base, borders[i]!, end)
            })
            return words.slice()
          }
          const cuts = parts.map((part) => Math.floor(part * units)).sort((a, b) => a - b)
          expect(memoryAfter([0, ...cuts, units])).toEqual(memoryAfter([0, units]))
        }
      }),
      atMost(300),
    )
  },
)
