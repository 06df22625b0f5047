import { grad } from '@vae/autograd'
import { key, mul, normal, ones, sum, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { onesThenZeros, rowsOf, squaredNormOf, vectors } from '../testing/vectors.ts'
import { residualQuantizer } from './residual.ts'
import { vectorQuantizer } from './vector.ts'

const sizes = fc.record({
  n: fc.integer({ min: 8, max: 24 }),
  d: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 1, max: 6 }),
  q: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
})

const learning = fc.constantFrom('ema' as const, 'gradient' as const)

/** The first columns of indices, and −1 after them. */
const prefix = (
  indices: TensorOf<[number, number], 'i32'>,
  stages: number,
): TensorOf<[number, number], 'i32'> => {
  const [rows, columns] = indices.shape
  const kept = Array.from(indices.data, (index, i) => (i % columns < stages ? index : -1))
  return tensor([rows, columns], kept, 'i32')
}

const errorOf = (x: Tensor<[number, number]>, codes: Tensor<[number, number]>): number =>
  rowsOf(x).reduce((total, row, i) => total + squaredNormOf(row.map((v, j) => v - rowsOf(codes)[i]![j]!)), 0)

describe('residualQuantizer', () => {
  it('gives the sum of the codes of its stages, as decode does', () => {
    fc.assert(
      fc.property(sizes, learning, (drawn, how) => {
        const { n, d, k, q, seed } = drawn
        const quantizer = residualQuantizer(vectorQuantizer(d, k, { learning: how }), q)
        const { params, state } = quantizer.init(key(seed))
        const x = vectors(drawn)
        const { quantized, indices, losses } = quantizer.quantize(params, state)(x, ones([n]), key(1))
        expect(indices.shape).toEqual([n, q])
        expect(quantizer.encode(params, state)(x)).toEqual(indices)
        expect(quantizer.decode(params, state)(indices)).toEqual(quantized)
        expect(quantizer.codebooks).toEqual(Array.from({ length: q }, () => k))
        expect(quantizer.codes).toBe(k ** q)
        // each stage commits to what is left of x at it
        rowsOf(x).forEach((row, i) => {
          let total = 0
          for (let stages = 1; stages <= q; stages++) {
            const codes = rowsOf(quantizer.decode(params, state)(prefix(indices, stages)))[i]!
            total += squaredNormOf(row.map((value, j) => value - codes[j]!))
          }
          // q · d squares of numbers below 10, rounded to float32
          expect(Math.abs(losses.commitment.data[i]! - total)).toBeLessThanOrEqual(1e-4 * (1 + total))
        })
      }),
    )
  })

  it('has the gradient of the identity, however many stages', () => {
    fc.assert(
      fc.property(sizes, ({ n, d, k, q, seed }) => {
        const quantizer = residualQuantizer(vectorQuantizer(d, k, { learning: 'ema' }), q, {
          dropout: { minimum: 1 },
        })
        const { params, state } = quantizer.init(key(seed))
        const cotangent = normal(key(seed + 7), [n, d])
        const loss = (x: Tensor<[number, number]>): Tensor<[]> =>
          sum(mul(quantizer.quantize(params, state)(x, ones([n]), key(seed)).quantized, cotangent), [0, 1])
        expect(grad(loss)(normal(key(seed + 1), [n, d])).data).toEqual(cotangent.data)
      }),
    )
  })

  it('never errs more with a further stage, on the data that its codebooks are fitted to', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const { n, d, k, q, seed } = drawn
        const stage = vectorQuantizer(d, k, { learning: 'ema', decay: 0.01, smoothing: 0 })
        const quantizer = residualQuantizer(stage, q)
        const x = vectors(drawn)
        const { params, state } = quantizer.fit(x, ones([n]), key(seed), { iterations: 3 })
        // a step of averages on the same data, which all but forget the start
        const next = quantizer.quantize(params, state)(x, ones([n]), key(0)).state
        for (const fitted of [state, next]) {
          const indices = quantizer.encode(params, fitted)(x)
          const errors = Array.from({ length: q + 1 }, (_, stages) =>
            errorOf(x, quantizer.decode(params, fitted)(prefix(indices, stages))),
          )
          // The averages of a stage are 1 % what came before, so that they miss means by that much of a smaller step.
          const slack = fitted === state ? 1e-4 : 0.02 * errors[0]!
          errors.slice(1).forEach((error, i) => {
            expect(error).toBeLessThanOrEqual(errors[i]! + slack)
          })
        }
      }),
      // k-means of each stage is recorded anew
      { numRuns: 30 },
    )
  })

  it('keeps a prefix of the stages by dropout: the rest has no index, no loss, and learns nothing', () => {
    const seen = new Set<number>()
    fc.assert(
      fc.property(sizes, learning, fc.nat(), (drawn, how, draw) => {
        const { n, d, k, q, seed } = drawn
        const minimum = Math.min(q, 2)
        const stage = vectorQuantizer(d, k, { learning: how })
        const [dropping, keeping] = [
          residualQuantizer(stage, q, { dropout: { minimum } }),
          residualQuantizer(stage, q),
        ]
        const { params, state } = dropping.init(key(seed))
        const x = vectors(drawn)
        const dropped = dropping.quantize(params, state)(x, ones([n]), key(draw))
        const full = keeping.quantize(params, state)(x, ones([n]), key(draw))
        const kept = [...dropped.indices.data.slice(0, q)].filter((index) => index >= 0).length
        seen.add(q * 10 + kept)
        expect(kept).toBeGreaterThanOrEqual(minimum)
        expect(dropped.indices).toEqual(prefix(full.indices, kept))
        expect(dropped.quantized).toEqual(dropping.decode(params, state)(dropped.indices))
        dropped.state.forEach((after, at) => {
          expect(after).toEqual((at < kept ? full : { state }).state[at])
        })
        if (kept === q) expect(dropped.losses).toEqual(full.losses)
        else
          dropped.losses.commitment.data.forEach((loss, i) => {
            expect(loss).toBeLessThanOrEqual(full.losses.commitment.data[i]!)
          })
      }),
    )
    // every number of stages comes up: 2, 3 and 4 of 4
    expect([42, 43, 44].every((kept) => seen.has(kept))).toBe(true)
  })

  it('does not see padding', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const { n, d, k, q, seed } = drawn
        const stage = vectorQuantizer(d, k, { learning: 'ema', restart: { threshold: 0.5 } })
        const quantizer = residualQuantizer(stage, q, { dropout: { minimum: 1 } })
        const { params, state } = quantizer.init(key(seed))
        const x = vectors(drawn)
        const padded = tensor([n + 2, d], [...x.data, ...new Array<number>(2 * d).fill(1e3)])
        const alone = quantizer.quantize(params, state)(x, ones([n]), key(3))
        const result = quantizer.quantize(params, state)(padded, tensor([n + 2], onesThenZeros(n, 2)), key(3))
        expect(result.state).toEqual(alone.state)
        expect(result.indices.data.slice(0, n * q)).toEqual(alone.indices.data)
      }),
    )
  })

  it('has the types of its stages', () => {
    const stage = vectorQuantizer(8, 16, { learning: 'gradient', entropy: { temperature: 1 } })
    const quantizer = residualQuantizer(stage, 3)
    const { params, state } = quantizer.init(key(0))
    expectTypeOf(params[2].codebook).toEqualTypeOf<Tensor<[16, 8]>>()
    const result = quantizer.quantize(params, state)(ones([5, 8]), ones([5]), key(0))
    expectTypeOf(result.indices).toEqualTypeOf<TensorOf<[5, 3], 'i32'>>()
    expectTypeOf<keyof typeof result.losses>().toEqualTypeOf<'commitment' | 'codebook' | 'entropy'>()
    expect(Object.keys(result.losses).sort()).toEqual(['codebook', 'commitment', 'entropy'])
  })
})
