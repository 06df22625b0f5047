import { evaluate, type Tape } from '@vae/autograd'
import type { HostTensor, Primitive } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { planOf } from './plan.ts'
import type { ScheduledStep } from './schedule.ts'
import { disagreement } from './testing/compare.ts'
import { randomTapes } from './testing/random-tape.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor, tapeBuilder } from './testing/tape.ts'

const engine = await wasmEngine()

const loops = (tape: Tape) => planOf(tape, [], someSizes).steps.filter(({ step }) => step.kind === 'loop')

/** The largest number on the way: what is rounded there may be left over where terms cancel. */
const largest = (tape: Tape, inputs: readonly HostTensor[]): number => {
  const outputs = tape.applications.flatMap(({ results }) => results)
  const values = evaluate({ ...tape, outputs }, inputs)
  return values.reduce((most, { data }) => Math.max(most, ...Array.from(data, Math.abs)), 1)
}

describe('fused programs compute what the reference computes', () => {
  test('random tapes', () => {
    fc.assert(
      fc.property(randomTapes, ({ tape, inputs }) => {
        const program = engine.load(tape, { donations: [] })
        const actual = program.run(inputs)
        program.close()
        const bound = 1e-5 * largest(tape, inputs)
        evaluate(tape, inputs).forEach((expected, i) => {
          expect(disagreement(actual[i]!.data, expected.data, (a, b) => Math.abs(a - b) <= bound)).toBeNull()
        })
      }),
    )
  })
})

describe('what becomes one loop', () => {
  const spec = { shape: [6, 10], dtype: 'f32' } as const

  const chain = (...primitives: Primitive[]) => {
    const builder = tapeBuilder()
    let id = builder.input(spec)
    for (const primitive of primitives) id = builder.apply(primitive as 'neg', {}, id)
    return builder.tape(id)
  }

  test('a chain', () => {
    expect(loops(chain('neg', 'exp', 'abs', 'sqrt')).map(({ label }) => label)).toEqual([
      'loop [6, 10]: neg exp abs sqrt',
    ])
  })

  test('a bias and an activation behind it, with the bias read by row', () => {
    const builder = tapeBuilder()
    const [x, bias] = [builder.input(spec), builder.input({ shape: [10], dtype: 'f32' })]
    const sum = builder.apply('add', {}, x, builder.apply('broadcastTo', { shape: [6, 10] }, bias))
    const [{ step }] = loops(builder.tape(builder.apply('tanh', {}, sum))) as [ScheduledStep]
    expect(step).toMatchObject({ sizes: [6, 10], reads: [{ strides: [10, 1] }, { strides: [0, 1] }] })
  })

  test('a bias and a scale for each channel, without a copy of either', () => {
    const builder = tapeBuilder()
    const shape = [2, 3, 4, 5]
    const [x, scale, bias] = [shape, [3, 1, 1], [1, 3, 1, 1]].map((of) =>
      builder.input({ shape: of, dtype: 'f32' }),
    )
    const spread = (id: number) => builder.apply('broadcastTo', { shape }, id)
    const scaled = builder.apply('mul', {}, x!, spread(scale!))
    const { steps } = planOf(builder.tape(builder.apply('add', {}, scaled, spread(bias!))), [], someSizes)
    expect(steps.map(({ step }) => step)).toMatchObject([
      {
        sizes: [2, 3, 20],
        reads: [{ strides: [60, 20, 1] }, { strides: [0, 1, 0] }, { strides: [0, 1, 0] }],
      },
    ])
  })

  test('a sum and what divides by it, in two passes over each row, and a value of which the second takes the place', () => {
    const builder = tapeBuilder()
    const x = builder.apply('exp', {}, builder.input(spec))
    const total = builder.apply('sum', { axes: [1] }, x)
    const column = builder.apply('reshape', { shape: [6, 1] }, total)
    const share = builder.apply('div', {}, x, builder.apply('broadcastTo', { shape: [6, 10] }, column))
    const plan = planOf(builder.tape(share), [], someSizes)
    expect(plan.steps.map(({ label }) => label)).toEqual(['loop [6, 10]: exp sum div'])
    expect(plan.buffers.map(({ names }) => names.length)).toEqual([3])
  })

  test('not what lies on both sides of other work', () => {
    const builder = tapeBuilder()
    const x = builder.apply('exp', {}, builder.input(spec))
    const sorted = builder.apply('argsort', { axis: 1, descending: false }, x)
    const both = builder.apply('mul', {}, x, builder.apply('cast', { dtype: 'f32' }, sorted))
    expect(loops(builder.tape(both)).map(({ label }) => label)).toEqual([
      'loop [6, 10]: exp',
      'loop [6, 10]: cast mul',
    ])
  })

  test('a plan is plain data', () => {
    const plan = planOf(chain('neg', 'exp'), [], someSizes)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })

  test('a chain overwrites its input in place', () => {
    const plan = planOf(chain('neg'), [], someSizes)
    expect(plan.buffers.map(({ names }) => names)).toEqual([['x0', '%1 neg f32 [6, 10]']])
  })
})

test('magnitudes of 1e4 stay finite through a Bernoulli likelihood from logits', () => {
  const builder = tapeBuilder()
  const logits = builder.input({ shape: [5], dtype: 'f32' })
  const zero = builder.apply('fill', { value: 0, shape: [5], dtype: 'f32' })
  const decay = builder.apply('exp', {}, builder.apply('neg', {}, builder.apply('abs', {}, logits)))
  const softplus = builder.apply(
    'add',
    {},
    builder.apply('max', {}, logits, zero),
    builder.apply('log1p', {}, decay),
  )
  const tape = builder.tape(softplus, builder.apply('sigmoid', {}, logits))
  const x: HostTensor[] = [randomTensor([5], 'f32', 1)]
  x[0]!.data.set([1e4, -1e4, 0, 88, -88])
  const [loss, slope] = engine.load(tape, { donations: [] }).run(x)
  expect([...loss!.data]).toEqual([1e4, 0, Math.fround(Math.LN2), 88, expect.closeTo(6.05e-39, 41)])
  expect([...slope!.data]).toEqual([1, 0, 0.5, 1, expect.closeTo(6.05e-39, 41)])
})
