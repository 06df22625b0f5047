import { evaluate, type Tape } from '@vae/autograd'
import { type HostTensor, type Primitive, sizeOf } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { planOf } from './plan.ts'
import type { ScheduledStep } from './schedule.ts'
import { disagreement } from './testing/compare.ts'
import { someSizes } from './testing/sizes.ts'
import { randomNumbers, randomTensor, tapeBuilder } from './testing/tape.ts'

const engine = await wasmEngine()

const loops = (tape: Tape) => planOf(tape, [], someSizes).steps.filter(({ step }) => step.kind === 'loop')

/** A tape of `length` applications drawn at random: elementwise chains, broadcasts, sums, transposes. */
const randomTape = (seed: number, rows: number, columns: number, length: number) => {
  const next = randomNumbers(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const builder = tapeBuilder()
  const shapes = [[rows, columns], [columns], [rows, 1], []]
  const inputs = shapes.map((shape, i) => randomTensor(shape, 'f32', seed + i))
  const ids = inputs.map(builder.input)
  const spread = (id: number) => builder.apply('broadcastTo', { shape: [rows, columns] }, id)
  const full = () => {
    const id = pick(ids)
    return sizeOf(builder.values[id]!.shape) === rows * columns && builder.values[id]!.shape.length === 2
      ? id
      : spread(id)
  }
  const steps: (() => number)[] = [
    () => builder.apply(pick(['add', 'sub', 'mul', 'max', 'min'] as const), {}, full(), full()),
    () => builder.apply(pick(['neg', 'abs', 'sign', 'tanh', 'sigmoid'] as const), {}, full()),
    () => {
      const [a, b] = [full(), full()]
      return builder.apply('select', {}, builder.apply('compare', { direction: 'lt' }, a, b), b, a)
    },
    () => builder.apply('tanh', {}, builder.apply('sum', { axes: [pick([0, 1])] }, full())),
    () => builder.apply('sigmoid', {}, builder.apply('sum', { axes: [0, 1] }, full())),
    () => {
      const flat = builder.apply('reshape', { shape: [columns, rows] }, full())
      return builder.apply('permute', { axes: [1, 0] }, flat)
    },
    () => builder.apply('fill', { value: 0.5, shape: [rows, columns], dtype: 'f32' }),
  ]
  for (let i = 0; i < length; i++) {
    const id = pick(steps)()
    const { shape } = builder.values[id]!
    // a sum over axis 1 has one element per row, which broadcasts as a column
    if (shape.length === 1 && shape[0] === rows && rows !== columns)
      ids.push(builder.apply('reshape', { shape: [rows, 1] }, id))
    else if (shape.length !== 1 || shape[0] === columns) ids.push(id)
  }
  const outputs = [ids.at(-1)!, pick(ids), pick(ids)]
  return { tape: builder.tape(...outputs), inputs }
}

describe('fused programs compute what the reference computes', () => {
  test('random tapes', () => {
    const size = fc.constantFrom(1, 2, 3, 4, 5, 8, 13, 16)
    fc.assert(
      fc.property(fc.nat(), size, size, fc.integer({ min: 1, max: 40 }), (seed, rows, columns, length) => {
        const { tape, inputs } = randomTape(seed, rows, columns, length)
        const program = engine.load(tape, { donations: [] })
        const actual = program.run(inputs)
        program.close()
        evaluate(tape, inputs).forEach((expected, i) => {
          const close = (a: number, b: number) =>
            Object.is(a, b) || Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b)) || !Number.isFinite(b)
          expect(disagreement(actual[i]!.data, expected.data, close)).toBeNull()
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
    expect(step).toMatchObject({ columns: 10, reads: [{ access: 'all' }, { access: 'row' }] })
  })

  test('two branches of one value, but not around a sum between them', () => {
    const builder = tapeBuilder()
    const x = builder.apply('exp', {}, builder.input(spec))
    const total = builder.apply('sum', { axes: [0, 1] }, x)
    const share = builder.apply('div', {}, x, builder.apply('broadcastTo', { shape: [6, 10] }, total))
    expect(loops(builder.tape(share)).map(({ label }) => label)).toEqual([
      'loop [6, 10]: exp',
      'loop [6, 10]: div',
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
