import { type Engine, evaluate } from '@vae/autograd'
import type { Primitive, PrimitiveParameters } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Case, indices, random } from './testing/case.ts'
import { cases } from './testing/cases/index.ts'
import { disagreement, ulpsApart } from './testing/compare.ts'
import { engines } from './testing/engines.ts'
import { randomIndices, randomTensor, single } from './testing/tape.ts'

const agreesWith =
  (engine: Engine) =>
  <P extends Primitive>(
    primitive: P,
    { operands, parameters, ulps = 0, bound = 0 }: Case<PrimitiveParameters[P]>,
  ) => {
    const tensors = operands.map(({ shape, dtype, seed, special, below }) =>
      below === undefined ? randomTensor(shape, dtype, seed, special) : randomIndices(shape, seed, below),
    )
    const tape = single(primitive, parameters, operands)
    const program = engine.load(tape, { donations: [] })
    const [actual] = program.run(tensors)
    program.close()
    const [expected] = evaluate(tape, tensors)
    expect([actual!.dtype, actual!.shape]).toEqual([expected!.dtype, expected!.shape])
    return disagreement(
      actual!.data,
      expected!.data,
      (a, b) => ulpsApart(a, b) <= ulps || Math.abs(a - b) <= bound,
    )
  }

describe.each(engines)('$features: every primitive computes what the reference computes', (engine) => {
  const agrees = agreesWith(engine)
  const check = <P extends Primitive>(primitive: P) =>
    test(primitive, () => {
      fc.assert(
        fc.property(cases[primitive], (example) => {
          expect(agrees(primitive, example)).toBeNull()
        }),
      )
    })
  for (const primitive of Object.keys(cases) as Primitive[]) check(primitive)
})

describe.each(engines)('$features: large tensors', (engine) => {
  const agrees = agreesWith(engine)
  const elements = [517, 1031]
  test('elementwise', () => {
    for (const primitive of ['exp', 'log1p', 'tanh', 'sigmoid'] as const)
      expect(
        agrees(primitive, { operands: [random(elements, 'f32', 1)], parameters: {}, ulps: 2 }),
      ).toBeNull()
  })
  test('sums', () => {
    for (const axes of [[0], [1], [0, 1]])
      expect(
        agrees('sum', { operands: [random(elements, 'f32', 2)], parameters: { axes }, ulps: 1 }),
      ).toBeNull()
  })
  test('extrema and running sums', () => {
    const operands = [random(elements, 'f32', 4)]
    for (const axis of [0, 1]) {
      expect(agrees('reduceMax', { operands, parameters: { axes: [axis] } })).toBeNull()
      expect(agrees('reduceMin', { operands, parameters: { axes: [axis] } })).toBeNull()
      expect(agrees('argmax', { operands, parameters: { axis } })).toBeNull()
      expect(agrees('argmin', { operands, parameters: { axis } })).toBeNull()
      expect(agrees('cumsum', { operands, parameters: { axis, reverse: axis === 0 } })).toBeNull()
    }
  })
  test('sorting', () => {
    for (const dtype of ['f32', 'i32', 'u8'] as const)
      for (const axis of [0, 1])
        expect(
          agrees('argsort', {
            operands: [random([97, 1031], dtype, 5, true)],
            parameters: { axis, descending: axis === 0 },
          }),
        ).toBeNull()
  })
  test('gathering and scattering', () => {
    const table = random([701, 67], 'f32', 6)
    const index = indices([1999], 7, 701)
    const parameters = { axis: 0, batchDims: 0 }
    expect(agrees('gather', { operands: [table, index], parameters })).toBeNull()
    const updates = random([1999, 67], 'f32', 8)
    expect(agrees('scatterAdd', { operands: [table, index, updates], parameters })).toBeNull()
  })
  test('permutations', () => {
    for (const axes of [
      [1, 0, 2],
      [2, 1, 0],
      [0, 2, 1],
    ])
      expect(
        agrees('permute', { operands: [random([61, 47, 33], 'f32', 3)], parameters: { axes } }),
      ).toBeNull()
  })
})
