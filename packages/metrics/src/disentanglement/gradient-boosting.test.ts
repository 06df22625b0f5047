import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binsOf, thresholdsOf } from './feature-bins.ts'
import { gradientBoosting } from './gradient-boosting.ts'
import { fitTree, predict } from './regression-tree.ts'

const values = fc
  .array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 40 })
  .map((list) => Float64Array.from(list))

describe('bins of features', () => {
  it('keep the order, and few values apart', () => {
    fc.assert(
      fc.property(values, (column) => {
        const bins = binsOf(column, thresholdsOf(column))
        const places = [...new Set(column)].sort((a, b) => a - b)
        expect([...bins]).toEqual(Array.from(column, (value) => places.indexOf(value)))
      }),
    )
  })

  it('hold about as many each where there are many values', () => {
    const column = Float64Array.from({ length: 10_000 }, (_, i) => ((i * 7919) % 10_000) ** 2)
    const counts = new Map<number, number>()
    for (const bin of binsOf(column, thresholdsOf(column))) counts.set(bin, (counts.get(bin) ?? 0) + 1)
    expect(counts.size).toBe(128)
    for (const count of counts.values()) expect(Math.abs(count - 10_000 / 128)).toBeLessThanOrEqual(1)
  })
})

describe('fitTree', () => {
  it('makes the best of all single splits', () => {
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (column, stream) => {
        const targets = Float64Array.from(column, () => stream.next().value as number)
        const meanOf = (rows: readonly number[]) =>
          rows.reduce((a, row) => a + targets[row]!, 0) / rows.length
        const squares = (rows: readonly number[]) =>
          rows.reduce((sum, row) => sum + (targets[row]! - meanOf(rows)) ** 2, 0)
        const rows = [...column.keys()]
        const best = Math.min(
          ...[...column].map(
            (cut) =>
              squares(rows.filter((row) => column[row]! <= cut)) +
              squares(rows.filter((row) => column[row]! > cut)),
          ),
        )
        const bins = [binsOf(column, thresholdsOf(column))]
        const { tree, gains } = fitTree(bins, targets, 1, (inLeaf) => meanOf([...inLeaf]))
        const left = rows.reduce((sum, row) => sum + (targets[row]! - predict(tree, bins, row)) ** 2, 0)
        expect(left).toBeCloseTo(best, 6)
        expect(gains[0]).toBeCloseTo(squares(rows) - best, 6)
      }),
    )
  })

  it('does not split where nothing is gained', () => {
    const column = Float64Array.of(1, 2, 3, 4)
    const targets = new Float64Array(4).fill(0.1 + 0.2)
    const { tree, gains } = fitTree([binsOf(column, thresholdsOf(column))], targets, 3, () => 7)
    expect(tree).toEqual({ leaf: 7 })
    expect([...gains]).toEqual([0])
  })
})

describe('gradientBoosting', () => {
  it('learns exclusive or, which no single feature tells, from both alike', () => {
    const bits = Array.from({ length: 64 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1])
    // Seven of eight rows, so that the first split gains something.
    const rows = bits.filter((_, i) => i % 8 !== 5)
    const side = {
      columns: [0, 1, 2].map((feature) => Float64Array.from(rows, (row) => row[feature]!)),
      labels: Int32Array.from(rows, ([a, b]) => a! ^ b!),
    }
    const { importances, trainingAccuracy, testAccuracy } = gradientBoosting(side, side, 2)
    expect([trainingAccuracy, testAccuracy]).toEqual([1, 1])
    expect(importances[0]! + importances[1]!).toBeGreaterThan(0.8)
    expect(importances.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('finds nothing in a constant feature, and predicts the most frequent class', () => {
    const side = { columns: [new Float64Array(5)], labels: Int32Array.of(1, 0, 1, 1, 0) }
    const { importances, testAccuracy } = gradientBoosting(side, side, 2)
    expect([...importances]).toEqual([0])
    expect(testAccuracy).toBe(0.6)
  })
})
