import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { along, principalAxes } from './principal-axes.ts'

/** Points around a line, a little of their way to the side, turned into three dimensions. */
const cloud = (angle: number): Float32Array[] =>
  Array.from({ length: 60 }, (_, i) => {
    const [far, near] = [5 * Math.cos(i), Math.sin(2.3 * i)]
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    return Float32Array.of(c * far - s * near + 7, s * far + c * near, 0.5)
  })

describe('principalAxes', () => {
  it('are the directions of most variance, at right angles', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 1.5, noNaN: true }), (angle) => {
        const rows = cloud(angle)
        const [first, second] = principalAxes(rows)
        // Rows are rounded to float32, and the two waves of a cloud are not quite uncorrelated.
        expect(
          Math.abs(first.direction[0]! * Math.cos(angle) + first.direction[1]! * Math.sin(angle)),
        ).toBeGreaterThan(0.99)
        expect(first.direction.reduce((sum, value, i) => sum + value * second.direction[i]!, 0)).toBeCloseTo(
          0,
          5,
        )
        expect(Math.abs(second.direction[2]!)).toBeLessThan(1e-5)
        const total = rows.reduce((sum, row) => sum + along(first, row), 0)
        expect(total / rows.length).toBeCloseTo(0, 4)
      }),
    )
  })
})
