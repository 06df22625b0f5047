import { key, ones, type TensorOf, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { rowsOf, vectors } from '../testing/vectors.ts'
import { fsq } from './fsq.ts'
import { groupedQuantizer } from './grouped.ts'
import { residualQuantizer } from './residual.ts'
import { vectorQuantizer } from './vector.ts'

const sizes = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  d: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 1, max: 6 }),
  g: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
})

describe('groupedQuantizer', () => {
  it('quantizes each group of features on its own', () => {
    fc.assert(
      fc.property(sizes, ({ n, d, k, g, seed }) => {
        const group = vectorQuantizer(d, k, { learning: 'gradient' })
        const quantizer = groupedQuantizer(d * g, g, group)
        const { params, state } = quantizer.init(key(seed))
        const x = vectors({ n, d: d * g, k, seed })
        const result = quantizer.quantize(params, state)(x, ones([n]), key(0))
        const commitments = new Array<number>(n).fill(0)
        for (let at = 0; at < g; at++) {
          const columns = (row: readonly number[]): number[] => row.slice(at * d, (at + 1) * d)
          const own = tensor([n, d], rowsOf(x).flatMap(columns))
          const alone = group.quantize(params[at]!, {})(own, ones([n]), key(0))
          expect(rowsOf(result.quantized).map(columns)).toEqual(rowsOf(alone.quantized))
          expect(rowsOf(result.indices).map((row) => row[at])).toEqual([...alone.indices.data])
          alone.losses.commitment.data.forEach((loss, i) => {
            commitments[i] = Math.fround(commitments[i]! + loss)
          })
        }
        expect([...result.losses.commitment.data]).toEqual(commitments)
        expect(quantizer.encode(params, state)(x)).toEqual(result.indices)
        expect(quantizer.decode(params, state)(result.indices)).toEqual(result.quantized)
        expect(quantizer.codes).toBe(k ** g)
      }),
    )
  })

  it('takes groups with stages, also of one stage, and groups without a codebook', () => {
    fc.assert(
      fc.property(sizes, ({ n, d, k, g, seed }) => {
        const x = vectors({ n, d: d * g, k, seed })
        const stages = residualQuantizer(vectorQuantizer(d, k, { learning: 'ema' }), 1 + (seed % 3))
        const residual = groupedQuantizer(d * g, g, stages)
        const { params, state } = residual.init(key(seed))
        const result = residual.quantize(params, state)(x, ones([n]), key(0))
        expect(result.indices.shape).toEqual([n, g * (1 + (seed % 3))])
        expect(residual.codebooks.length).toBe(g * (1 + (seed % 3)))
        expect(residual.stages).toEqual([g * (1 + (seed % 3))])
        expect(residual.decode(params, state)(result.indices)).toEqual(result.quantized)

        const grids = groupedQuantizer(d * g, g, fsq(Array.from({ length: d }, () => 3)))
        const start = grids.init(key(seed))
        const gridded = grids.quantize(start.params, start.state)(x, ones([n]), key(0))
        expect(grids.decode(start.params, start.state)(gridded.indices)).toEqual(gridded.quantized)
        expect(gridded.losses).toEqual({})
      }),
    )
  })

  it('fits each group to its features', () => {
    const x = tensor([4, 2], [0, 7, 1, 8, 0, 8, 1, 7])
    const quantizer = groupedQuantizer(2, 2, vectorQuantizer(1, 2, { learning: 'ema' }))
    const { params, state } = quantizer.fit(x, ones([4]), key(0))
    const codes = state.map(({ codebook }) => [...codebook.data].sort())
    expect(codes).toEqual([
      [0, 1],
      [7, 8],
    ])
    expect(quantizer.decode(params, state)(quantizer.encode(params, state)(x))).toEqual(x)
  })

  it('has types', () => {
    const residual = residualQuantizer(vectorQuantizer(16, 256, { learning: 'ema' }), 3)
    const quantizer = groupedQuantizer(64, 4, residual)
    const { params, state } = quantizer.init(key(0))
    expectTypeOf(state[3][2].count.shape).toEqualTypeOf<[256]>()
    const indices = quantizer.encode(params, state)(ones([2, 64]))
    expectTypeOf(indices).toEqualTypeOf<TensorOf<[2, 12], 'i32'>>()
    expect(indices.shape).toEqual([2, 12])
  })
})
