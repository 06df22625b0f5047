import { type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scaleByAdam } from './adam.ts'
import { chain } from './chain.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import { applyUpdates, sgd } from './optimizers.ts'
import type { Transform } from './transform.ts'

type Params = { readonly w: Tensor<[number]>; readonly layers: readonly { readonly b: Tensor<[number]> }[] }

const number = fc.integer({ min: -100, max: 100 }).map((value) => value / 8)

const trees: fc.Arbitrary<Params> = fc
  .tuple(number, number, number)
  .map(([w, b, c]) => ({ w: tensor([1], [w]), layers: [{ b: tensor([1], [b]) }, { b: tensor([1], [c]) }] }))

const hyper = { learningRate: tensor([], [0.25]) }

/** The updates of three steps with the same gradients. */
const updates = <S>(transform: Transform<Params, S>, params: Params, grads: Params): Params[] => {
  let state = transform.init(params)
  return [1, 2, 3].map(() => {
    const result = transform.update(grads, state, params, hyper)
    state = result.state
    return result.updates
  })
}

describe('chain', () => {
  it('is associative', () => {
    fc.assert(
      fc.property(trees, trees, (params, grads) => {
        const [a, b, c] = [
          scaleByAdam<Params>(),
          scaleByLearningRate<Params>(),
          scaleByLearningRate<Params>(),
        ]
        const left = updates(chain(chain(a, b), c), params, grads)
        expect(updates(chain(a, chain(b, c)), params, grads)).toEqual(left)
        expect(updates(chain(a, b, c), params, grads)).toEqual(left)
      }),
    )
  })
})

describe('sgd', () => {
  it('steps against the gradient', () => {
    fc.assert(
      fc.property(trees, trees, (params, grads) => {
        const { updates: step } = sgd<Params>().update(grads, {}, params, hyper)
        expect(applyUpdates(params, step).w.data[0]).toBe(params.w.data[0]! - 0.25 * grads.w.data[0]!)
      }),
    )
  })
})
