import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { host, tapeBuilder } from './testing/tape.ts'

const deep = process.env.VAE_DEEP === '1'

describe('programs of gigabytes', () => {
  test('that can never fit are refused before anything runs, however large their buffers', async () => {
    const engine = await wasmEngine()
    const builder = tapeBuilder()
    const x = builder.input({ shape: [2 ** 15, 2 ** 16], dtype: 'f32' })
    const tape = builder.tape(builder.apply('permute', { axes: [1, 0] }, x))
    expect(() => engine.load(tape, { donations: [] })).toThrow(
      'compile: the program needs 16.00 GiB, more than is free of the 4.00 GiB that the engine can address; ' +
        'its largest buffers are x0 (8.00 GiB), %1 permute f32 [65536, 32768] (8.00 GiB)',
    )
  })

  // takes three gigabytes and seconds
  test.runIf(deep)('compute beyond the reach of signed addresses', async () => {
    const engine = await wasmEngine()
    const builder = tapeBuilder()
    const size = 320 * 2 ** 20
    const shape = [size]
    const one = builder.input({ shape: [], dtype: 'i32' })
    const upwards = builder.apply('iota', { shape, axis: 0, dtype: 'i32' })
    const downwards = builder.apply('flip', { axes: [0] }, upwards)
    const more = builder.apply('add', {}, downwards, builder.apply('broadcastTo', { shape }, one))
    const largest = builder.apply('reduceMax', { axes: [0] }, more)
    const ends = [0, size - 3].map((start) =>
      builder.apply('slice', { start: [start], limit: [start + 3], stride: [1] }, more),
    )
    // the first of the two is needed after the second was made
    const last = builder.apply('slice', { start: [size - 1], limit: [size], stride: [1] }, upwards)
    const program = engine.load(builder.tape(largest, ...ends, last), { donations: [] })
    expect(program.explain()).toContain('peak 2.50 GiB')
    expect(program.run([host([], [1], 'i32')]).map(({ data }) => [...data])).toEqual([
      [size],
      [size, size - 1, size - 2],
      [3, 2, 1],
      [size - 1],
    ])
  })
})
