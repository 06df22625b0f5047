import { checkGradients } from '@vae/autograd/testing'
import { item, key, normal, ones, type Tensor, type TensorOf, tensor, zeros } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { classifier } from './classifier.ts'
import { linear } from './linear.ts'
import { mlp } from './networks/mlp.ts'
import { network } from './networks/network.ts'

const digits = classifier(mlp([2, 2], [5, 3]), 4)
const { params } = digits.init(key(0))

/** Rows of four pixels and a label. */
const batchOf = (rows: readonly (readonly number[])[]): TensorOf<[number, 5], 'u8'> =>
  tensor([rows.length, 5], rows.flat(), 'u8')

const row = fc
  .tuple(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), fc.nat(3))
  .map(([pixels, label]) => [...pixels, label])
const rows = fc.array(row, { minLength: 1, maxLength: 6 })

const crossEntropyOf = (list: readonly (readonly number[])[], weights = list.map(() => 1)) =>
  digits.objective({})(
    params,
    {},
    { examples: batchOf(list), weights: tensor([list.length], weights) },
    key(0),
  )

describe('classifier', () => {
  it('gives features and logits of each example', () => {
    const x = normal(key(1), [6, 2, 2])
    expectTypeOf(digits.featuresOf(params)(x)).toEqualTypeOf<Tensor<[6, 3]>>()
    expectTypeOf(digits.logits(params)(x)).toEqualTypeOf<Tensor<[6, 4]>>()
    expect(digits.logits(params)(x).shape).toEqual([6, 4])
    expect([digits.features, digits.classes]).toEqual([3, 4])
  })

  it('has the cross-entropy of log K without knowledge, whatever the label', () => {
    const empty = network([4], linear(4, 3))
    const blank = classifier(empty, 7)
    const start = { body: empty.init(key(0)), head: { weight: zeros([3, 7]), bias: zeros([7]) } } as const
    fc.assert(
      fc.property(rows, (list) => {
        const batch = { examples: batchOf(list), weights: ones([list.length]) }
        for (const nats of blank.objective({})(start, {}, batch, key(0)).terms.crossEntropy.data)
          expect(nats).toBeCloseTo(Math.log(7), 5)
      }),
    )
  })

  it('spreads probabilities that sum to 1 over the labels', () => {
    fc.assert(
      fc.property(row, ([a, b, c, d]) => {
        const all = [0, 1, 2, 3].map((label) => [a!, b!, c!, d!, label])
        const { data } = crossEntropyOf(all).terms.crossEntropy
        expect(data.reduce((total, nats) => total + Math.exp(-nats), 0)).toBeCloseTo(1, 5)
      }),
    )
  })

  it('judges each example by itself, and leaves out those of weight 0', () => {
    fc.assert(
      fc.property(rows, row, (list, other) => {
        const { loss, terms } = crossEntropyOf(list)
        const padded = crossEntropyOf([...list, other], [...list.map(() => 1), 0])
        expect([...padded.terms.crossEntropy.data.slice(0, list.length)]).toEqual([
          ...terms.crossEntropy.data,
        ])
        expect(item(padded.loss)).toBeCloseTo(item(loss), 5)
      }),
    )
  })

  it('has the gradient of central differences', () => {
    const examples = batchOf([
      [0, 80, 255, 10, 1],
      [90, 3, 20, 200, 3],
    ])
    const smooth = classifier(network([4], linear(4, 3)), 4)
    const { params: start } = smooth.init(key(2))
    const report = checkGradients(
      (p: typeof start) => smooth.objective({})(p, {}, { examples, weights: ones([2]) }, key(0)).loss,
      [start],
    )
    expect(report.unsettled).toBe(0)
  })

  it('refuses rows of another size', () => {
    const examples = tensor([1, 4], [1, 2, 3, 0], 'u8')
    expect(() =>
      // @ts-expect-error four bytes are no image of four pixels and a label
      digits.objective({})(params, {}, { examples, weights: ones([1]) }, key(0)),
    ).toThrow('classifier: an example is [5], the batch is [1, 4]')
  })
})
