import { key, normal, type Tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { fromVectors, toVectors } from './vectors.ts'

const shapes = fc
  .tuple(
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 3 }),
  )
  .map(([[batch, channels], spatial]) => ({ batch, channels, spatial }))

describe('toVectors and fromVectors', () => {
  it('are inverse, for any number of spatial axes', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), ({ batch, channels, spatial }, seed) => {
        const shape: [number, number, ...number[]] = [batch, channels, ...spatial]
        const maps = normal(key(seed), shape)
        const vectors = toVectors(maps)
        expect(vectors.shape).toEqual([batch * spatial.reduce((a, b) => a * b, 1), channels])
        expect(fromVectors(vectors, shape)).toEqual(maps)
      }),
    )
  })

  it('put the features of a position into one row, positions in row-major order', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), ({ batch, channels, spatial }, seed) => {
        const maps = normal(key(seed), [batch, channels, ...spatial] as [number, number, ...number[]])
        const positions = spatial.reduce((a, b) => a * b, 1)
        const vectors = toVectors(maps)
        for (let b = 0; b < batch; b++)
          for (let c = 0; c < channels; c++)
            for (let at = 0; at < positions; at++)
              expect(vectors.data[(b * positions + at) * channels + c]).toBe(
                maps.data[(b * channels + c) * positions + at],
              )
      }),
    )
  })

  it('have types', () => {
    const vectors = toVectors(zeros([2, 8, 3, 5]))
    expectTypeOf(vectors).toEqualTypeOf<Tensor<[30, 8]>>()
    const maps = fromVectors(vectors, [2, 8, 3, 5])
    expectTypeOf(maps).toEqualTypeOf<Tensor<[2, 8, 3, 5]>>()
    expect(maps.shape).toEqual([2, 8, 3, 5])
  })

  it('refuses a single axis', () => {
    expect(() => toVectors(zeros([3]) as never)).toThrow('toVectors: input must have rank 2 or more: [3]')
  })
})
