import { key, type Tensor, type TensorOf, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesOf, grid, randomCodes, randomFactors, reorder, samplersOf } from '../testing/codes.ts'
import { betaVaeScore } from './beta-vae.ts'
import { dci } from './dci.ts'
import { factorVaeScore } from './factor-vae.ts'
import { mutualInformationGap } from './mig.ts'
import { modularity } from './modularity.ts'
import { sap, sapOfOrderedFactors } from './sap.ts'

const sizes = [4, 3, 2]
const factors = grid(sizes, 4)
type Codes = Tensor<[number, number]>
const dciOf = (codes: Codes, of: TensorOf<[number, number], 'i32'> = factors) => dci(codes, of, codes, of)
const sapOf = (codes: Codes, of: TensorOf<[number, number], 'i32'> = factors) => sap(codes, of, codes, of)

/** The factors themselves, in any order, scale and direction, with a dead code beside them. */
const perfect = fc
  .record({
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    scales: fc.array(fc.constantFrom(-3, -1, 0.25, 1, 7), { minLength: 4, maxLength: 4 }),
  })
  .map(({ order, scales }) =>
    codesOf(factors, (values) => order.map((code) => (values[code] ?? 0.5) * scales[code]!)),
  )

describe('perfect codes, in any order, scale and direction', () => {
  it('have MIG 1', () => {
    fc.assert(
      fc.property(perfect, (codes) => {
        for (const gap of mutualInformationGap(codes, factors).factors) expect(gap).toBeCloseTo(1, 12)
      }),
    )
  })

  it('have modularity 1 but for the dead code, which has 0', () => {
    fc.assert(
      fc.property(perfect, (codes) => {
        const { score, codes: each } = modularity(codes, factors)
        expect(score).toBeCloseTo(3 / 4, 12)
        expect([...each].sort()).toEqual([0, 1, 1, 1])
      }),
    )
  })

  it('have DCI 1, 1, 1', () => {
    fc.assert(
      fc.property(perfect, (codes) => {
        const { disentanglement, completeness, informativeness } = dciOf(codes)
        expect(disentanglement).toBeCloseTo(1, 12)
        expect(completeness).toBeCloseTo(1, 12)
        expect(informativeness).toBe(1)
      }),
      // Hundreds of trees each.
      { numRuns: 10 },
    )
  })

  it('have SAP 1 by regression', () => {
    fc.assert(
      fc.property(perfect, (codes) => {
        expect(sapOfOrderedFactors(codes, factors).score).toBeCloseTo(1, 12)
      }),
    )
  })

  it('have SAP ½ by classification of two values, and less of values between others', () => {
    const codes = codesOf(factors, (values) => values.map((value) => value * 100))
    const { predictability } = sapOf(codes)
    expect(predictability[2]).toEqual([0.5, 0.5, 1])
    // A line tells the two outer values of three from the rest, and gives the middle one to neither.
    expect(predictability[1]![1]).toBeGreaterThan(0.6)
    expect(predictability[1]![0]).toBeCloseTo(1 / 3, 12)
  })

  it('have FactorVAE and β-VAE scores 1', () => {
    const { fixed, pairs } = samplersOf(sizes, 64, (values) => [...values, 0])
    const codes = codesOf(factors, (values) => [...values, 0])
    const factorVae = factorVaeScore(codes, fixed, {
      factors: 3,
      trainingVotes: 60,
      testVotes: 60,
      key: key(0),
    })
    expect(factorVae).toEqual({ score: 1, trainingScore: 1, activeCodes: 3 })
    expect(betaVaeScore(pairs, { factors: 3, trainingPoints: 90, testPoints: 60, key: key(0) })).toEqual({
      score: 1,
      trainingScore: 1,
    })
  })
})

describe('rotated codes', () => {
  const square = grid([4, 4], 2)
  const rotated = codesOf(square, ([a, b]) => [a! + b!, a! - b!])

  it('have MIG 0 and modularity 0, since both codes tell as much of both factors', () => {
    expect(mutualInformationGap(rotated, square).score).toBeCloseTo(0, 12)
    expect(modularity(rotated, square).score).toBeCloseTo(0, 12)
  })

  it('have SAP 0', () => {
    expect(sapOfOrderedFactors(rotated, square).score).toBeCloseTo(0, 12)
    expect(sapOfOrderedFactors(rotated, square).predictability[0]![0]).toBeCloseTo(1 / 2, 12)
    expect(sapOf(rotated, square).score).toBeLessThan(0.1)
  })

  it('have little of D and C, but all of I', () => {
    const { disentanglement, completeness, informativeness } = dciOf(rotated, square)
    expect(disentanglement).toBeLessThan(0.05)
    expect(completeness).toBeLessThan(0.05)
    expect(informativeness).toBe(1)
  })

  // 5 standard deviations of 200 coins.
  const margin = 5 * Math.sqrt(0.25 / 200)
  const scoresOf = (f: (values: readonly number[]) => readonly number[]) => {
    const { pairs, fixed } = samplersOf([4, 4], 64, f)
    const [first, second] = [
      { trainingPoints: 200, testPoints: 200 },
      { trainingVotes: 200, testVotes: 200 },
    ]
    return {
      betaVae: betaVaeScore(pairs, { factors: 2, ...first, key: key(0) }).score,
      factorVae: factorVaeScore(codesOf(square, f), fixed, { factors: 2, ...second, key: key(0) }).score,
    }
  }

  it('have β-VAE and FactorVAE scores of chance at 45°, where all differences of codes are equal', () => {
    const { betaVae, factorVae } = scoresOf(([a, b]) => [a! + b!, a! - b!])
    expect(Math.abs(betaVae - 0.5)).toBeLessThan(margin)
    expect(Math.abs(factorVae - 0.5)).toBeLessThan(margin)
  })

  it('have β-VAE and FactorVAE scores 1 at other angles: neither asks for axes', () => {
    expect(scoresOf(([a, b]) => [2 * a! + b!, a! - 2 * b!])).toEqual({ betaVae: 1, factorVae: 1 })
  })
})

describe('merged codes: two factors in one, and a dead code', () => {
  const square = grid([4, 4], 2)
  const merged = codesOf(square, ([a, b]) => [a! * 4 + b!, 0])

  it('have MIG 1, since nothing else tells of either factor: MIG does not punish it', () => {
    expect(mutualInformationGap(merged, square).score).toBeCloseTo(1, 12)
  })

  it('have modularity 0', () => {
    expect(modularity(merged, square).score).toBeCloseTo(0, 12)
  })

  it('have D 0, C 1, I 1', () => {
    const { disentanglement, completeness, informativeness } = dciOf(merged, square)
    expect(disentanglement).toBeCloseTo(0, 12)
    expect(completeness).toBeCloseTo(1, 12)
    // Four values of b alternate along the code sixteen times; trees of depth 3 still find them.
    expect(informativeness).toBe(1)
  })

  it('have FactorVAE score ½: the one code votes for both', () => {
    const { fixed } = samplersOf([4, 4], 64, ([a, b]) => [a! * 4 + b!, 0])
    const { score, activeCodes } = factorVaeScore(merged, fixed, {
      factors: 2,
      trainingVotes: 200,
      testVotes: 200,
      key: key(0),
    })
    expect(activeCodes).toBe(1)
    expect(Math.abs(score - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 200))
  })
})

describe('random codes', () => {
  const count = 2000
  const labels = randomFactors(key(1), count, sizes)
  const codes = randomCodes(key(2), count, 5)

  it('have MIG of the size of the bias of mutual information', () => {
    // 2 N I is χ² with (bins − 1)(values − 1) degrees of freedom; the best of five codes lies within 4 deviations.
    for (const [f, gap] of mutualInformationGap(codes, labels).factors.entries()) {
      const degrees = 19 * (sizes[f]! - 1)
      const bias = (degrees + 4 * Math.sqrt(2 * degrees)) / (2 * count)
      expect(gap * Math.log(sizes[f]!)).toBeLessThan(bias)
    }
  })

  it('have SAP near 0: each R² is 1 / N on average', () => {
    // N R² is χ² with one degree of freedom: below 20 but for one in 10⁵.
    expect(sapOfOrderedFactors(codes, labels).score).toBeLessThan(20 / count)
    expect(sapOf(codes, labels).score).toBeLessThan(0.05)
  })

  it('inform as much as the most frequent value on data of their own', () => {
    const test = randomFactors(key(3), count, sizes)
    const { informativeness, disentanglement } = dci(codes, labels, randomCodes(key(4), count, 5), test, {
      stages: 10,
      depth: 3,
      learningRate: 0.1,
    })
    const chance = (1 / 4 + 1 / 3 + 1 / 2) / 3
    // 5 standard deviations of the mean of three shares of 2,000.
    expect(Math.abs(informativeness - chance)).toBeLessThan((5 * 0.5) / Math.sqrt(3 * count))
    expect(disentanglement).toBeLessThan(0.3)
  })

  it('have FactorVAE and β-VAE scores of chance', () => {
    const fixed = (_: number, from: ReturnType<typeof key>) => randomCodes(from, 20, 5)
    const pairs = (_: number, from: ReturnType<typeof key>) => {
      const both = randomCodes(from, 40, 5)
      return [tensor([20, 5], both.data.slice(0, 100)), tensor([20, 5], both.data.slice(100))] as const
    }
    const { score } = factorVaeScore(codes, fixed, {
      factors: 3,
      trainingVotes: 200,
      testVotes: 400,
      key: key(5),
    })
    // 5 standard deviations of 400 guesses among three.
    const margin = 5 * Math.sqrt(2 / 9 / 400)
    expect(Math.abs(score - 1 / 3)).toBeLessThan(margin)
    const beta = betaVaeScore(pairs, { factors: 3, trainingPoints: 200, testPoints: 400, key: key(6) })
    expect(Math.abs(beta.score - 1 / 3)).toBeLessThan(margin)
  })
})

describe('the order of examples', () => {
  it('changes no bit', () => {
    const labels = randomFactors(key(1), 60, sizes)
    const noise = randomCodes(key(2), 60, 4)
    const order = fc.shuffledSubarray([...Array(60).keys()], { minLength: 60 })
    const few = { stages: 2, depth: 3, learningRate: 0.1 }
    const all = (codes: Codes, of: typeof labels) => [
      mutualInformationGap(codes, of),
      modularity(codes, of),
      sapOfOrderedFactors(codes, of),
      sap(codes, of, codes, of),
      dci(codes, of, codes, of, few),
    ]
    const expected = all(noise, labels)
    fc.assert(
      fc.property(order, (permutation) => {
        expect(all(reorder(noise, permutation), reorder(labels, permutation))).toEqual(expected)
      }),
      // Each trains trees and support vector machines.
      { numRuns: 10 },
    )
  })
})

describe('what cannot be judged', () => {
  it('is refused with a sentence', () => {
    const codes = zeros([4, 2])
    const constant = tensor([4, 1], [3, 3, 3, 3], 'i32')
    expect(() => mutualInformationGap(codes, constant)).toThrow(
      'mutualInformationGap: factor 0 takes one value only, leave it out',
    )
    const three: TensorOf<[number, 1], 'i32'> = tensor([3, 1], [1, 2, 3], 'i32')
    expect(() => modularity(codes, three)).toThrow(
      'modularity: codes and factors differ: [4, 2] and [3, 1] (4 ≠ 3)',
    )
    const four = tensor([4, 1], [0, 1, 2, 3], 'i32')
    expect(() => modularity(codes, four)).toThrow('modularity: at least two factors are needed, got 1')
    expect(() => sapOfOrderedFactors(tensor([4, 1], [1, 2, Number.NaN, 3]), four)).toThrow(
      'sapOfOrderedFactors: every code must be finite',
    )
    expect(() => sap(codes, four, codes, tensor([4, 1], [0, 1, 2, 7], 'i32'))).toThrow(
      'sap: factor 0 is 7 in test data only',
    )
    const wide = () => zeros([4, 3])
    expect(() => factorVaeScore(codes, wide, { factors: 2, inactiveBelow: -1, key: key(0) })).toThrow(
      'factorVaeScore: codes and sampled codes differ: [4, 2] and [4, 3] (2 ≠ 3)',
    )
    const pairs = () => [zeros([4, 3]), zeros([4, 2])] as const
    expect(() => betaVaeScore(pairs, { factors: 2, key: key(0) })).toThrow(
      'betaVaeScore: pairs differ: [4, 3] and [4, 2] (3 ≠ 2)',
    )
    const narrow: Tensor<[4, number]> = zeros([4, 1])
    expect(() => dci<4, number, 4, 1, 4, 4>(codes, four, narrow, four)).toThrow(
      'dci: training and test codes differ: [4, 2] and [4, 1] (2 ≠ 1)',
    )
  })
})
