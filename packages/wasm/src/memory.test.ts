import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { createArena } from './memory.ts'
import { planOf } from './plan.ts'
import { someSizes } from './testing/sizes.ts'
import { host, randomTensor, tapeBuilder } from './testing/tape.ts'

describe('the arena', () => {
  test('gives back what was released, joined', () => {
    const arena = createArena(2 ** 26)
    const [a, b, c] = [arena.allocate(1000), arena.allocate(5000), arena.allocate(64)]
    arena.release(a)
    arena.release(b)
    expect(arena.allocate(6000)).toBe(a)
    arena.release(c)
    arena.release(a)
    expect(arena.allocate(1)).toBe(a)
  })

  test('says when the address space is full', () => {
    const arena = createArena(2 ** 20)
    expect(() => arena.allocate(2 ** 20)).toThrow('the address space is full')
  })
})

/** Two layers' worth of work with donated weights. */
const layers = () => {
  const builder = tapeBuilder()
  const x = builder.input({ shape: [33, 50], dtype: 'f32' })
  const w = builder.input({ shape: [50, 20], dtype: 'f32' })
  const y = builder.apply(
    'tanh',
    {},
    builder.apply('matmul', { transposeLeft: false, transposeRight: false }, x, w),
  )
  const g = builder.apply('matmul', { transposeLeft: true, transposeRight: false }, x, y)
  const updated = builder.apply('sub', {}, w, g)
  return builder.tape(updated, builder.apply('sum', { axes: [0, 1] }, y))
}
const inputs = [randomTensor([33, 50], 'f32', 1), randomTensor([50, 20], 'f32', 2)] as const

test('buffers that live at the same time never overlap', () => {
  const { buffers } = planOf(layers(), [{ input: 1, output: 0 }], {
    ...someSizes,
    matmulWorkspace: () => 999,
  })
  for (const a of buffers)
    for (const b of buffers) {
      if (a === b || a.space !== b.space) continue
      const together = a.space === 'persistent' || (a.birth <= b.death && b.birth <= a.death)
      const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset
      expect(!together || apart).toBe(true)
    }
})

test('a thousand runs leave no trace', async () => {
  const engine = await wasmEngine()
  const program = engine.load(layers(), { donations: [{ input: 1, output: 0 }] })
  let [, weights] = inputs as readonly (typeof inputs)[number][]
  const run = (times: number) => {
    for (let i = 0; i < times; i++) weights = program.run([inputs[0], weights!])[0]! as typeof weights
  }
  run(2000)
  const before = process.memoryUsage()
  run(1000)
  const after = process.memoryUsage()
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 20)
  expect(after.heapUsed - before.heapUsed).toBeLessThan(8 * 2 ** 20)
})

test('programs that are closed make room for others', async () => {
  const engine = await wasmEngine({ memoryLimit: 2 ** 21 })
  for (let i = 0; i < 300; i++) engine.load(layers(), { donations: [{ input: 1, output: 0 }] }).close()
})

test('a program that does not fit names its largest buffers, and others go on', async () => {
  const engine = await wasmEngine({ memoryLimit: 2 ** 24 })
  const small = engine.load(layers(), { donations: [] })
  const [expected] = small.run(inputs)
  const builder = tapeBuilder()
  const x = builder.input({ shape: [3000, 3000], dtype: 'f32' })
  const large = builder.tape(builder.apply('permute', { axes: [1, 0] }, x))
  expect(() => engine.load(large, { donations: [] })).toThrow(
    'compile: the program needs 68.7 MiB, more than is free of the 16.0 MiB that the engine can address; ' +
      'its largest buffers are x0 (34.3 MiB), %1 permute f32 [3000, 3000] (34.3 MiB)',
  )
  expect(small.run(inputs)[0]!.data).toEqual(expected!.data)
})

test('explain names every loop, kernel and buffer, and the peak', async () => {
  const engine = await wasmEngine({ relaxed: false })
  expect(engine.load(layers(), { donations: [{ input: 1, output: 0 }] }).explain()).toMatchInlineSnapshot(`
    "4 steps, 170.6 kFLOP, 40.2 KiB moved (unit of work, kernel, FLOP, bytes, what)
         0  matmul       103.0 kFLOP   12.9 KiB  matmul tanh f32 [33, 50], f32 [50, 20] → f32 [33, 20]
         1  matmul        66.0 kFLOP   12.9 KiB  matmul f32 [33, 50], f32 [33, 20] → f32 [50, 20]
         2  loop           1.0 kFLOP   11.7 KiB  loop [50, 20]: sub
         3  loop            660 FLOP    2.6 KiB  loop [660]: sum
    7 buffers (space, offset, size, lifetime in units of work, values)
      persistent          0    3.9 KiB  start … end   x1 → %5 sub f32 [50, 20]
      scratch             0    6.5 KiB  start … 1     x0
      scratch             0       64 B  3 … end       %6 sum f32 []
      scratch          6656    3.9 KiB  1 … 2         %4 matmul f32 [50, 20]
      scratch         10688    2.6 KiB  0 … 3         %3 matmul tanh f32 [33, 20]
      thread              0   11.8 KiB  0 … 0         workspace of %3 matmul tanh
      thread              0    9.8 KiB  1 … 1         workspace of %4 matmul
    peak 28.8 KiB: persistent 3.9 KiB, scratch 24.8 KiB"
  `)
})

test('a limit that is none is refused', async () => {
  await expect(wasmEngine({ memoryLimit: Number.NaN })).rejects.toThrow(
    'wasmEngine: memoryLimit must be at least 1048576 bytes, got NaN',
  )
})

test('constants stay in the memory from run to run', async () => {
  const engine = await wasmEngine()
  const builder = tapeBuilder()
  const x = builder.input({ shape: [5], dtype: 'i32' })
  const [mask, shift] = [
    builder.constant(host([5], [1, 0, 1, 1, 0], 'bool')),
    builder.constant(host([5], [1, 2, 3, 4, 5], 'i32')),
  ]
  const program = engine.load(
    builder.tape(builder.apply('select', {}, mask, builder.apply('add', {}, x, shift), x), mask),
    { donations: [] },
  )
  for (const offset of [0, 10]) {
    const [sum, kept] = program.run([host([5], new Array(5).fill(offset), 'i32')])
    expect([...sum!.data]).toEqual([1, 0, 3, 4, 0].map((value) => value + offset))
    expect([...kept!.data]).toEqual([1, 0, 1, 1, 0])
  }
})
