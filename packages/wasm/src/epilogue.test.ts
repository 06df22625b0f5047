import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epiloguesOf } from './epilogue.ts'
import { engines } from './testing/engines.ts'
import { randomTensor, tapeBuilder } from './testing/tape.ts'

const activations = ['none', 'relu', 'tanh', 'sigmoid'] as const

interface Layer {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly bias: boolean
  readonly activation: (typeof activations)[number]
  /** Whether the mask of a relu is a result, as a gradient needs it. */
  readonly masked: boolean
}

/** A layer; with `open` everything in between is a result too, so that each operation stands alone. */
const layer = ({ batch, m, n, k, bias, activation, masked }: Layer, open: boolean) => {
  const builder = tapeBuilder()
  const shape = [batch, m, n]
  const inputs = [
    builder.input({ shape: [batch, m, k], dtype: 'f32' }),
    builder.input({ shape: [batch, k, n], dtype: 'f32' }),
    builder.input({ shape: [n], dtype: 'f32' }),
  ] as const
  const between: number[] = []
  let result = builder.apply('matmul', { transposeLeft: false, transposeRight: false }, inputs[0], inputs[1])
  if (bias) {
    between.push(result)
    result = builder.apply('add', {}, builder.apply('broadcastTo', { shape }, inputs[2]), result)
  }
  if (activation === 'tanh' || activation === 'sigmoid') {
    between.push(result)
    result = builder.apply(activation, {}, result)
  }
  const last: number[] = []
  if (activation === 'relu') {
    between.push(result)
    const zero = builder.apply('fill', { value: 0, shape, dtype: 'f32' })
    const mask = builder.apply('compare', { direction: 'le' }, result, zero)
    if (masked) last.push(mask)
    result = builder.apply('select', {}, mask, zero, result)
  }
  return builder.tape(result, ...last, ...(open ? between : []))
}

const size = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 33)
const layers: fc.Arbitrary<Layer> = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  m: size,
  n: size,
  k: fc.oneof(size, fc.constant(300)),
  bias: fc.boolean(),
  activation: fc.constantFrom(...activations),
  masked: fc.boolean(),
})

describe.each(engines)('$features', (engine) => {
  test('a product that finishes its result gives the bits of one after the other', () => {
    fc.assert(
      fc.property(layers, (sizes) => {
        const { batch, m, n, k } = sizes
        const operands = [
          randomTensor([batch, m, k], 'f32', m + 1),
          randomTensor([batch, k, n], 'f32', n + 2),
          randomTensor([n], 'f32', k + 3, true),
        ]
        const [closed, open] = [false, true].map((way) => {
          const program = engine.load(layer(sizes, way), { donations: [] })
          const results = program.run(operands).map(({ data }) => data.slice())
          program.close()
          return results
        })
        expect(closed).toEqual(open!.slice(0, closed!.length))
      }),
    )
  })
})

describe('an epilogue', () => {
  const found = (tape: ReturnType<typeof layer>) => [...epiloguesOf(tape, tape.applications).ends.values()]
  const whole: Layer = { batch: 1, m: 3, n: 4, k: 5, bias: true, activation: 'relu', masked: false }

  test('takes a bias and an activation', () => {
    for (const activation of ['relu', 'tanh', 'sigmoid'] as const)
      expect(found(layer({ ...whole, activation }, false))).toMatchObject([
        { bias: 2, activation, mask: null },
      ])
    expect(found(layer({ ...whole, bias: false, activation: 'tanh' }, false))).toMatchObject([{ bias: null }])
  })

  test('leaves what others read', () => {
    expect(found(layer(whole, true))).toEqual([])
  })

  test('makes the mask of a relu anew from its result', () => {
    const tape = layer({ ...whole, masked: true }, false)
    expect(found(tape)).toMatchObject([{ activation: 'relu', mask: tape.outputs[1] }])
  })

  test('is no column that is added, nor a comparison with another number', () => {
    const builder = tapeBuilder()
    const spec = { shape: [4, 4], dtype: 'f32' } as const
    const [a, b] = [builder.input(spec), builder.input(spec)]
    const column = builder.apply('broadcastTo', { shape: [4, 4] }, builder.input({ ...spec, shape: [4, 1] }))
    const one = builder.apply('fill', { value: 1, shape: [4, 4], dtype: 'f32' })
    const product = () => builder.apply('matmul', { transposeLeft: false, transposeRight: false }, a, b)
    const sum = builder.apply('add', {}, product(), column)
    const x = product()
    const capped = builder.apply('select', {}, builder.apply('compare', { direction: 'le' }, x, one), one, x)
    expect(found(builder.tape(sum, capped))).toEqual([])
  })
})
