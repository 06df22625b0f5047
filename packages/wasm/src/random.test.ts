import { evaluate } from '@vae/autograd'
import { expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { instantiateKernels } from './kernels.ts'
import { host, single } from './testing/tape.ts'

type RandomBits = (keys: number, to: number, size: number, begin: number, end: number) => void

test('Threefry-2x32 gives the published words at counter 0', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const { randomBits } = (await instantiateKernels(memory, 'simd128')) as { randomBits: RandomBits }
  const words = new Uint32Array(memory.buffer)
  randomBits(64, 1024, 2, 0, 1)
  expect([...words.slice(256, 258)].map((word) => word.toString(16))).toEqual(['6b200159', '99ba4efe'])
})

test('a range computes its own blocks only, and the same ones', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const { randomBits } = (await instantiateKernels(memory, 'simd128')) as { randomBits: RandomBits }
  const words = new Uint32Array(memory.buffer)
  words.set([0x13198a2e, 0x03707344], 16)
  randomBits(64, 1024, 100, 0, 50)
  const whole = words.slice(256, 356)
  words.fill(7, 256, 400)
  for (const [begin, end] of [
    [3, 4],
    [4, 11],
    [0, 3],
    [11, 50],
  ])
    randomBits(64, 1024, 100, begin!, end!)
  expect([...words.slice(256, 357)]).toEqual([...whole, 7])
})

test('many words agree with the reference, which has the published vectors of other counters', async () => {
  const engine = await wasmEngine()
  const key = host([2], [0xffffffff, 0x03707344], 'u32')
  const tape = single('randomBits', { shape: [1001] }, [key])
  const [bits] = engine.load(tape, { donations: [] }).run([key])
  expect(bits!.data).toEqual(evaluate(tape, [key])[0]!.data)
})
