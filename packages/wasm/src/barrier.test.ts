import { expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { planOf } from './plan.ts'
import { someSizes } from './testing/sizes.ts'
import { host, tapeBuilder } from './testing/tape.ts'

const spec = { shape: [2, 3], dtype: 'f32' } as const

test('a barrier takes no step and no memory, and keeps what reads it behind its other operands', () => {
  const build = (barrier: boolean) => {
    const builder = tapeBuilder()
    const x = builder.input(spec)
    const y = builder.apply('exp', {}, x)
    const total = builder.apply('sum', { axes: [0, 1] }, y)
    const again = barrier ? builder.apply('barrier', {}, x, total) : x
    return planOf(builder.tape(total, y, builder.apply('mul', {}, again, y)), [], someSizes)
  }
  const labels = (barrier: boolean) => build(barrier).steps.map(({ label }) => label)
  expect(labels(false)).toEqual(['loop [2, 3]: exp sum mul'])
  expect(labels(true)).toEqual(['loop [2, 3]: exp sum', 'loop [2, 3]: mul'])
  expect(build(true).bytes.scratch).toBe(build(false).bytes.scratch)
})

test.each([false, true])(
  'what a barrier hands through is not overwritten too early (output: %s)',
  async (output) => {
    const engine = await wasmEngine()
    const builder = tapeBuilder()
    const [w, step] = [builder.input(spec), builder.input(spec)]
    const kept = builder.apply('barrier', {}, w)
    const twice = builder.apply('barrier', {}, kept, step)
    const updated = builder.apply('sub', {}, w, step)
    const flipped = builder.apply('flip', { axes: [1] }, updated)
    const before = builder.apply('permute', { axes: [1, 0] }, twice)
    const tape = builder.tape(updated, flipped, before, ...(output ? [kept] : []))
    const program = engine.load(tape, { donations: [{ input: 0, output: 0 }] })
    const outputs = program.run([host([2, 3], [1, 2, 3, 4, 5, 6]), host([2, 3], [1, 1, 1, 1, 1, 1])])
    expect(outputs.map(({ data }) => [...data])).toEqual([
      [0, 1, 2, 3, 4, 5],
      [2, 1, 0, 5, 4, 3],
      [1, 4, 2, 5, 3, 6],
      ...(output ? [[1, 2, 3, 4, 5, 6]] : []),
    ])
  },
)
