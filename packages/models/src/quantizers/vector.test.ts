import { grad } from '@vae/autograd'
import { add, key, ones, slice, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  leastDistance,
  onesThenZeros,
  rowsOf,
  sizes,
  squaredDistanceOf,
  squaredNormOf,
  vectors,
} from '../testing/vectors.ts'
import { nearestCode } from './codebook.ts'
import { vectorQuantizer } from './vector.ts'
import type { AnyVectorQuantizerOptions } from './vector-options.ts'

const entropy = fc.constantFrom({}, { entropy: { temperature: 0.7 } })
const metric = fc.constantFrom({}, { metric: 'cosine' as const })
const estimator = fc.constantFrom({}, { estimator: 'rotation' as const })
const restart = fc.constantFrom({}, { restart: { threshold: 0.5 } })

/** Every kind of vector quantizer. */
const options: fc.Arbitrary<AnyVectorQuantizerOptions> = fc.oneof(
  fc
    .tuple(entropy, metric, estimator, restart)
    .map((some) => Object.assign({ learning: 'ema' as const, decay: 0.9 }, ...some)),
  fc.tuple(entropy, metric).map((some) => Object.assign({ learning: 'gradient' as const }, ...some)),
)

const unit = (x: readonly number[]): number[] => x.map((value) => value / Math.hypot(...x))

/** The losses of the first n vectors. */
const firstLosses = (losses: Readonly<Record<string, Tensor<[number]>>>, n: number) =>
  Object.entries(losses).map(([name, { data }]) => [name, data.slice(0, n)])

const startOf = (d: number, k: number, seed: number, chosen: AnyVectorQuantizerOptions) => {
  const quantizer = vectorQuantizer(d, k, chosen)
  return { quantizer, ...quantizer.init(key(seed)) }
}

describe('vectorQuantizer', () => {
  it('gives the nearest code, as brute force finds it, and so does decode', () => {
    fc.assert(
      fc.property(sizes, options, (drawn, chosen) => {
        const { quantizer, params, state } = startOf(drawn.d, drawn.k, drawn.seed, chosen)
        const x = vectors(drawn)
        const { quantized, indices } = quantizer.quantize(params, state)(x, ones([drawn.n]), key(0))
        const codes = rowsOf(quantizer.codebook(params, state))
        const rows = chosen.metric === 'cosine' ? rowsOf(x).map(unit) : rowsOf(x)
        rows.forEach((row, i) => {
          const code = codes[indices.data[i]!]!
          expect(rowsOf(quantized)[i]).toEqual(code)
          // ‖e‖² and 2 x · e, of at most this size, are rounded to float32 some D times
          const size = squaredNormOf(row) + Math.max(...codes.map(squaredNormOf))
          const excess = squaredDistanceOf(row, code) - leastDistance(row, codes)
          expect(excess).toBeLessThanOrEqual(2 ** -22 * drawn.d * size)
        })
        expect(quantizer.decode(params, state)(indices)).toEqual(quantized)
        expect(quantizer.encode(params, state)(x)).toEqual(indices)
      }),
    )
  })

  it('has the commitment and the codebook loss of their definition', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const quantizer = vectorQuantizer(drawn.d, drawn.k, { learning: 'gradient' })
        const { params, state } = quantizer.init(key(drawn.seed))
        const x = vectors(drawn)
        const { quantized, losses } = quantizer.quantize(params, state)(x, ones([drawn.n]), key(0))
        rowsOf(x).forEach((row, i) => {
          const expected = squaredDistanceOf(row, rowsOf(quantized)[i]!)
          // D squares, each rounded to float32
          const tolerance = 2 ** -21 * (expected + 1)
          expect(Math.abs(losses.commitment.data[i]! - expected)).toBeLessThanOrEqual(tolerance)
          expect(losses.codebook.data[i]).toBe(losses.commitment.data[i])
        })
      }),
    )
  })

  it('draws vectors to codes by the commitment, and codes to vectors by the codebook loss', () => {
    const quantizer = vectorQuantizer(2, 2, { learning: 'gradient' })
    const at = { x: tensor([1, 2], [1, 0.5]), codebook: tensor([2, 2], [0, 0, 4, 4]) }
    const gradientOf = (name: 'commitment' | 'codebook') =>
      grad(({ x, codebook }: typeof at) =>
        sum(quantizer.quantize({ codebook }, {})(x, ones([1]), key(0)).losses[name], [0]),
      )(at)
    const commitment = gradientOf('commitment')
    expect([...commitment.x.data, ...commitment.codebook.data]).toEqual([2, 1, 0, 0, 0, 0])
    const codebook = gradientOf('codebook')
    expect([...codebook.x.data, ...codebook.codebook.data]).toEqual([0, 0, -2, -1, 0, 0])
  })

  it('gives the same with padding as without, and the same for any padding', () => {
    const padding = fc.record({ more: fc.integer({ min: 1, max: 5 }), other: fc.integer() })
    fc.assert(
      fc.property(sizes, options, padding, (drawn, chosen, { more, other }) => {
        const { n, d, k, seed } = drawn
        const { quantizer, params, state } = startOf(d, k, seed, chosen)
        const x = vectors({ ...drawn, n: n + more })
        const own = slice(x, 0, 0, n) as Tensor<[number, number]>
        const elsewhere = Float32Array.from(x.data, (value, i) => (i < n * d ? value : value * 7 - other))
        const weights = tensor([n + more], onesThenZeros(n, more))
        const alone = quantizer.quantize(params, state)(own, ones([n]), key(5))
        for (const padded of [x, tensor([n + more, d], elsewhere)]) {
          const result = quantizer.quantize(params, state)(padded, weights, key(5))
          expect(result.state).toEqual(alone.state)
          expect(result.quantized.data.slice(0, n * d)).toEqual(alone.quantized.data)
          expect(result.indices.data.slice(0, n)).toEqual(alone.indices.data)
          expect(firstLosses(result.losses, n)).toEqual(firstLosses(alone.losses, n))
        }
      }),
    )
  })

  it('quantizes by the old codebook and gives the new one in its state', () => {
    const quantizer = vectorQuantizer(1, 2, { learning: 'ema', decay: 0.5, smoothing: 0 })
    const state = { codebook: tensor([2, 1], [0, 8]), count: ones([2]), sum: tensor([2, 1], [0, 8]) }
    const result = quantizer.quantize({}, state)(tensor([2, 1], [2, 4.5]), ones([2]), key(0))
    expect([...result.quantized.data]).toEqual([0, 8])
    // (0.5 · 0 + 0.5 · 2) / (0.5 + 0.5) and (0.5 · 8 + 0.5 · 4.5) / 1
    expect([...result.state.codebook.data]).toEqual([1, 6.25])
  })

  it('keeps the codes of a cosine codebook at length 1, however long it learns', () => {
    const quantizer = vectorQuantizer(4, 8, { learning: 'ema', metric: 'cosine', decay: 0.5 })
    let { params, state } = quantizer.init(key(3))
    // long enough for the averages of codes that nothing comes to, to become 0
    for (let step = 0; step < 400; step++) {
      const x = vectors({ n: 3, d: 4, k: 8, seed: step % 5 })
      state = quantizer.quantize(params, state)(x, ones([3]), key(step)).state
    }
    expect(Math.min(...state.count.data)).toBe(0)
    for (const code of rowsOf(state.codebook)) expect(squaredNormOf(code)).toBeCloseTo(1, 5)
  })

  it('comes to use all codes by restarts, where averages alone leave most of them', () => {
    // vectors far from where codes start, so that a few of these win all
    const x = add(vectors({ n: 64, d: 2, k: 16, seed: 0 }), 10)
    const usedAfter = (steps: number, chosen: AnyVectorQuantizerOptions): number => {
      const { quantizer, params, state } = startOf(2, 16, 4, chosen)
      const trained = Array.from({ length: steps }).reduce<typeof state>(
        (now, _, step) => quantizer.quantize(params, now)(x, ones([64]), key(step)).state,
        state,
      )
      return new Set(quantizer.encode(params, trained)(x).data).size
    }
    const averages = { learning: 'ema', decay: 0.8 } as const
    expect(usedAfter(60, averages)).toBeLessThan(8)
    expect(usedAfter(60, { ...averages, restart: { threshold: 0.1 } })).toBe(16)
  })

  it('starts from k-means where it is fitted', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('ema' as const, 'gradient' as const), (seed, learning) => {
        const quantizer = vectorQuantizer(2, 3, { learning })
        // So far apart that k-means++ all but never begins with both vectors of one cluster.
        const x = tensor([6, 2], [0, 0, 0, 1, 900, 900, 900, 901, -900, 900, -900, 901])
        const { params, state } = quantizer.fit(x, ones([6]), key(seed))
        const codes = rowsOf(quantizer.codebook(params, state)).sort(([a], [b]) => a! - b!)
        expect(codes).toEqual([
          [-900, 900.5],
          [0, 0.5],
          [900, 900.5],
        ])
      }),
    )
  })
})

describe('nearestCode', () => {
  it('takes the first of equal codes', () => {
    expect([...nearestCode(tensor([3, 1], [5, 1, 1]), tensor([2, 1], [1, 3])).data]).toEqual([1, 0])
  })
})
