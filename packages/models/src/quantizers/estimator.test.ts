import { grad } from '@vae/autograd'
import { mul, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rotateOnto, straightThrough } from './estimator.ts'

type Vector = readonly number[]

const dot = (x: Vector, y: Vector): number => x.reduce((total, value, i) => total + value * y[i]!, 0)
const length = (x: Vector): number => Math.sqrt(dot(x, x))

/** Vectors of D features that are far from 0. */
const vector = (d: number) =>
  fc
    .array(
      fc.integer({ min: -64, max: 64 }).map((n) => n / 16),
      { minLength: d, maxLength: d },
    )
    .filter((x) => length(x) > 0.5)

/** x, its code, and the gradient that arrives. */
const triples = fc
  .integer({ min: 1, max: 6 })
  .chain((d) => fc.record({ x: vector(d), code: vector(d), cotangent: vector(d) }))

/** The pullback of an estimator at one vector. */
const pulled = (
  estimate: typeof straightThrough,
  { x, code, cotangent }: { readonly x: Vector; readonly code: Vector; readonly cotangent: Vector },
): number[] => {
  const row = (of: Vector): Tensor<[1, number]> => tensor([1, of.length], of)
  const loss = (at: Tensor<[1, number]>): Tensor<[]> =>
    sum(mul(estimate(at, row(code)), row(cotangent)) as Tensor<[1, number]>, [0, 1])
  return [...grad(loss)(row(x)).data]
}

/** λ R by its definition in double precision: ‖q‖ / ‖x‖ (I − 2 r rᵀ + 2 q̂ x̂ᵀ), r the direction of x̂ + q̂. */
const rotation = (x: Vector, q: Vector): number[][] => {
  const [start, end] = [x.map((value) => value / length(x)), q.map((value) => value / length(q))]
  const between = start.map((value, i) => value + end[i]!)
  const r = between.map((value) => value / Math.max(length(between), 1e-6))
  const scale = length(q) / length(x)
  return x.map((_, i) =>
    x.map((_, j) => scale * (Number(i === j) - 2 * r[i]! * r[j]! + 2 * end[i]! * start[j]!)),
  )
}

/** x̂ and q̂ all but opposite have no plane to rotate in, and rounding decides on one. */
const opposite = (x: Vector, q: Vector): boolean => dot(x, q) < -0.99 * length(x) * length(q)

describe('straightThrough', () => {
  it('is the code with the gradient of the identity', () => {
    fc.assert(
      fc.property(triples, ({ x, code, cotangent }) => {
        const [row, codes] = [tensor([1, x.length], x), tensor([1, x.length], code)]
        expect([...straightThrough(row, codes).data]).toEqual(code)
        expect(pulled(straightThrough, { x, code, cotangent })).toEqual(cotangent)
      }),
    )
  })
})

describe('rotateOnto', () => {
  it('is the code', () => {
    fc.assert(
      fc.property(triples, ({ x, code }) => {
        expect([...rotateOnto(tensor([1, x.length], x), tensor([1, x.length], code)).data]).toEqual(code)
      }),
    )
  })

  it('has the gradient (λ R)ᵀ g of the paper', () => {
    fc.assert(
      fc.property(
        triples.filter(({ x, code }) => !opposite(x, code)),
        ({ x, code, cotangent }) => {
          const matrix = rotation(x, code)
          const size = (length(code) / length(x)) * length(cotangent)
          // a few roundings to float32, which the length of x̂ + q̂, from 0.14 on, makes ten times as large
          pulled(rotateOnto, { x, code, cotangent }).forEach((value, j) => {
            const expected = cotangent.reduce((total, g, i) => total + matrix[i]![j]! * g, 0)
            expect(Math.abs(value - expected)).toBeLessThanOrEqual(2e-5 * size)
          })
          // that matrix maps x to its code, and is orthogonal up to its scale
          matrix.forEach((row, i) => {
            expect(dot(row, x)).toBeCloseTo(code[i]!, 9)
          })
          const scale = dot(code, code) / dot(x, x)
          matrix.forEach((row, i) => {
            matrix.forEach((other, j) => {
              expect(dot(row, other) / scale).toBeCloseTo(Number(i === j), 9)
            })
          })
        },
      ),
    )
  })

  it('keeps the angle between gradient and vector', () => {
    fc.assert(
      fc.property(
        triples.filter(({ x, code }) => !opposite(x, code)),
        ({ x, code, cotangent }) => {
          const back = pulled(rotateOnto, { x, code, cotangent })
          // x and q are moved alike, so that cosines stay: ⟨(λR)ᵀ g, x⟩ = ⟨g, q⟩
          const scale = length(code) * length(cotangent)
          expect(Math.abs(dot(back, x) - dot(cotangent, code))).toBeLessThanOrEqual(2e-5 * scale)
        },
      ),
    )
  })

  it('has a finite gradient for vectors and codes of 0 and for opposite ones', () => {
    const cases = [
      { x: [0, 0], code: [1, 2] },
      { x: [1, 2], code: [0, 0] },
      { x: [1, 2], code: [-1, -2] },
      { x: [0, 0], code: [0, 0] },
    ]
    for (const { x, code } of cases)
      for (const value of pulled(rotateOnto, { x, code, cotangent: [1, 1] })) expect(value).toBeLessThan(1e8)
    // opposite ones are reflected: −x is the code
    expect(pulled(rotateOnto, { x: [2, 0], code: [-2, 0], cotangent: [1, 1] })).toEqual([-1, 1])
  })
})
