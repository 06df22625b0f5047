import { key, ones, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastDistance, rowsOf, type Sizes, sizes, vectors } from '../testing/vectors.ts'
import { initialCodes } from './codebook.ts'
import { type EmaState, emaState, emaStep, restartDeadCodes } from './ema.ts'

type State = EmaState<number, number>

/** A state in which codes have had different use. */
const stateOf = ({ k, d, seed }: Sizes): State => {
  const counts = Float32Array.from({ length: k }, (_, i) => ((seed + i * 7) % 5) + 0.25)
  return emaState(initialCodes(key(seed), k, d, 'euclidean'), tensor([k], counts))
}

const indicesOf = ({ n, k, seed }: Sizes): TensorOf<[number], 'i32'> =>
  tensor(
    [n],
    Array.from({ length: n }, (_, i) => (seed + i * i) % k),
    'i32',
  )

/** 1, 2 or, for padding, 0. */
const weightsOf = ({ n, seed }: Sizes): Tensor<[number]> =>
  tensor(
    [n],
    Array.from({ length: n }, (_, i) => (seed + i * 5) % 3),
  )

describe('emaStep', () => {
  it('is its definition in double precision', () => {
    const averaging = fc.record({
      decay: fc.constantFrom(0, 0.5, 0.99),
      smoothing: fc.constantFrom(0, 1e-5, 0.5),
    })
    fc.assert(
      fc.property(sizes, averaging, (drawn, { decay, smoothing }) => {
        const [state, x, indices, weights] = [
          stateOf(drawn),
          vectors(drawn),
          indicesOf(drawn),
          weightsOf(drawn),
        ]
        const { n, d, k } = drawn
        const step = emaStep({ decay, smoothing, metric: 'euclidean' })
        const next = step(state, x, indices, weights)

        const count = Array.from(state.count.data, (old, code) => {
          let arrived = 0
          for (let i = 0; i < n; i++) if (indices.data[i] === code) arrived += weights.data[i]!
          return decay * old + (1 - decay) * arrived
        })
        const sum = rowsOf(state.sum).map((old, code) =>
          old.map((value, j) => {
            let arrived = 0
            for (let i = 0; i < n; i++)
              if (indices.data[i] === code) arrived += weights.data[i]! * x.data[i * d + j]!
            return decay * value + (1 - decay) * arrived
          }),
        )
        const all = count.reduce((total, value) => total + value, 0)
        for (let code = 0; code < k; code++) {
          const smoothed = ((count[code]! + smoothing) / (all + k * smoothing)) * all
          // up to n vectors of size 5 or so are added up in float32
          expect(next.count.data[code]).toBeCloseTo(count[code]!, 4)
          for (let j = 0; j < d; j++) {
            expect(next.sum.data[code * d + j]).toBeCloseTo(sum[code]![j]!, 4)
            if (smoothed > 1e-2)
              expect(next.codebook.data[code * d + j]! * smoothed).toBeCloseTo(sum[code]![j]!, 3)
          }
        }
      }),
    )
  })
})

describe('restartDeadCodes', () => {
  const thresholds = fc.constantFrom(0.1, 0.5, 0.9)

  it('replaces exactly the dead codes, with vectors that count, and starts their averages anew', () => {
    fc.assert(
      fc.property(sizes, thresholds, (drawn, threshold) => {
        const { k } = drawn
        const [state, x, weights] = [stateOf(drawn), vectors(drawn), weightsOf(drawn)]
        const next = restartDeadCodes(threshold, state, x, weights, key(drawn.seed))
        const usual = state.count.data.reduce((total, value) => total + value, 0) / k
        const counted = rowsOf(x).filter((_, i) => weights.data[i]! > 0)
        for (let code = 0; code < k; code++) {
          const dead = counted.length > 0 && state.count.data[code]! < threshold * usual
          const [fresh, old] = [rowsOf(next.codebook)[code]!, rowsOf(state.codebook)[code]!]
          if (dead) {
            expect(counted).toContainEqual(fresh)
            expect(next.count.data[code]).toBeCloseTo(usual, 5)
            rowsOf(next.sum)[code]!.forEach((value, j) => {
              expect(value).toBeCloseTo(fresh[j]! * usual, 4)
            })
          } else {
            expect(fresh).toEqual(old)
            expect(rowsOf(next.sum)[code]).toEqual(rowsOf(state.sum)[code])
            expect(next.count.data[code]).toBe(state.count.data[code])
          }
        }
      }),
    )
  })

  it('takes each vector once before it takes one twice', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), (seed, n) => {
        const x = tensor(
          [n, 1],
          Array.from({ length: n }, (_, i) => i + 1),
        )
        const count = tensor([9], [1000, 0, 0, 0, 0, 0, 0, 0, 0])
        const state = emaState(tensor([9, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0]), count)
        const next = restartDeadCodes(0.5, state, x, ones([n]), key(seed))
        const taken = [...next.codebook.data.slice(1)]
        const times = Array.from(x.data, (value) => taken.filter((code) => code === value).length)
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
        expect(leastDistance([0], [[next.codebook.data[0]!]])).toBe(0)
      }),
    )
  })

  it('leaves all as it is where a batch is nothing but padding', () => {
    const state = emaState(tensor([2, 1], [1, 2]), tensor([2], [100, 0]))
    expect(restartDeadCodes(0.5, state, tensor([2, 1], [7, 8]), tensor([2], [0, 0]), key(0))).toEqual(state)
  })

  it('takes other vectors for another key', () => {
    const state = emaState(tensor([2, 1], [1, 2]), tensor([2], [100, 0]))
    const x = tensor(
      [50, 1],
      Array.from({ length: 50 }, (_, i) => i),
    )
    const codes = Array.from(
      { length: 20 },
      (_, seed) => restartDeadCodes(0.5, state, x, ones([50]), key(seed)).codebook.data[1],
    )
    expect(new Set(codes).size).toBeGreaterThan(10)
  })
})
