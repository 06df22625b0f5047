import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf } from './plan.ts'
import { engines } from './testing/engines.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor, tapeBuilder } from './testing/tape.ts'

interface Search {
  readonly rows: number
  readonly codes: number
  readonly depth: number
  readonly factor: number
  readonly norms: boolean
  readonly primitive: 'argmin' | 'argmax'
}

/** The nearest code of each row; with `open` the distances are a result too, so that each operation stands alone. */
const search = ({ rows, codes, depth, factor, norms, primitive }: Search, open: boolean) => {
  const builder = tapeBuilder()
  const shape = [rows, codes]
  const [x, codebook, terms, columns] = [[rows, depth], [codes, depth], [codes], [rows, 1]].map((of) =>
    builder.input({ shape: of, dtype: 'f32' }),
  ) as [number, number, number, number]
  const spread = (id: number) => builder.apply('broadcastTo', { shape }, id)
  const product = builder.apply('matmul', { transposeLeft: false, transposeRight: true }, x, codebook)
  const scaled =
    factor === 1
      ? product
      : builder.apply('mul', {}, product, builder.apply('fill', { value: factor, shape, dtype: 'f32' }))
  const base = norms ? builder.apply('add', {}, spread(columns), spread(terms)) : spread(terms)
  const distances = builder.apply('sub', {}, base, scaled)
  return builder.tape(builder.apply(primitive, { axis: 1 }, distances), ...(open ? [distances] : []))
}

const size = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 17, 130, 260)
const searches: fc.Arbitrary<Search> = fc.record({
  rows: size,
  codes: size,
  depth: fc.constantFrom(0, 1, 2, 5, 16, 300),
  factor: fc.constantFrom(1, 2, -0.3),
  norms: fc.boolean(),
  primitive: fc.constantFrom('argmin', 'argmax'),
})

describe.each(engines)('$features: the nearest code', (engine) => {
  test('is found without the distances where it is found with them, the first among equals', () => {
    fc.assert(
      fc.property(searches, fc.nat(), fc.boolean(), (drawn, seed, coarse) => {
        const [fused, open] = [search(drawn, false), search(drawn, true)]
        const inputs = fused.inputs.map(({ id }, i) => {
          const tensor = randomTensor(fused.values[id]!.shape, 'f32', seed + i)
          // few values, so that many distances are equal
          if (coarse) tensor.data.set(tensor.data.map(Math.sign))
          return tensor
        })
        const [nearest, expected] = [fused, open].map((tape) => {
          const program = engine.load(tape, { donations: [] })
          const [result] = program.run(inputs)
          program.close()
          return result!.data
        })
        expect(nearest).toEqual(expected)
      }),
    )
  })
})

test('the distances take no memory but that of a strip for each thread', () => {
  const drawn = { rows: 4096, codes: 512, depth: 64, factor: 2, norms: true, primitive: 'argmin' } as const
  const { steps, buffers } = planOf(search(drawn, false), [], someSizes)
  expect(steps.map(({ label }) => label)).toEqual([
    'matmul argmin f32 [4096, 64], f32 [512, 64], f32 [512], f32 [4096, 1] → i32 [4096]',
  ])
  expect(Math.max(...buffers.map(({ bytes }) => bytes))).toBe(4 * 4096 * 64)
})
