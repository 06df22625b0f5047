import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Key, key, normal, randomBits, split, uniform } from './random.ts'
import type { Tensor } from './tensor.ts'

const count = 200_000

/** Mean of f over the elements. */
const average = (data: Float32Array, f: (x: number) => number): number => {
  let total = 0
  for (const x of data) total += f(x)
  return total / data.length
}

/** The error function by its Taylor series (Abramowitz & Stegun 7.1.6): exact to 10⁻¹² for |x| ≤ 4. */
const erf = (x: number): number => {
  let term = x
  let sum = x
  for (let n = 1; n < 120; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

const normalCdf = (x: number): number => (Math.abs(x) > 5.6 ? (x < 0 ? 0 : 1) : (1 + erf(x / Math.SQRT2)) / 2)

/** The Kolmogorov–Smirnov statistic √n · sup |F_n − F|; above 1.95 once in 1,000 samples. */
const kolmogorovSmirnov = (data: Float32Array, cdf: (x: number) => number): number => {
  const sorted = Float32Array.from(data).sort()
  let largest = 0
  sorted.forEach((x, index) => {
    const expected = cdf(x)
    largest = Math.max(largest, expected - index / sorted.length, (index + 1) / sorted.length - expected)
  })
  return Math.sqrt(sorted.length) * largest
}

/** χ² of the counts in equally likely bins, as the number of standard deviations from its mean. */
const chiSquare = (bins: readonly number[]): number => {
  const expected = bins.reduce((a, b) => a + b) / bins.length
  const statistic = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  const freedom = bins.length - 1
  return (statistic - freedom) / Math.sqrt(2 * freedom)
}

const seeds = [0, 1, 2, 12345, 2 ** 53 - 1]

describe.each(seeds)('uniform from key(%i)', (seed) => {
  const { data } = uniform(key(seed), [count])

  it('lies in [0, 1), on multiples of 2^−23', () => {
    expect(data.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 23))).toBe(true)
  })

  it('has the moments of the uniform distribution within four standard errors', () => {
    expect(Math.abs(average(data, (x) => x) - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / count))
    expect(Math.abs(average(data, (x) => x * x) - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / count))
  })

  it('passes Kolmogorov–Smirnov and χ²', () => {
    expect(kolmogorovSmirnov(data, (x) => x)).toBeLessThan(1.95)
    const bins = new Array<number>(256).fill(0)
    for (const x of data) bins[Math.floor(x * 256)]!++
    expect(Math.abs(chiSquare(bins))).toBeLessThan(4)
  })

  it('has no correlation between neighbours', () => {
    let product = 0
    for (let index = 1; index < count; index++) product += (data[index - 1]! - 0.5) * (data[index]! - 0.5)
    expect(Math.abs(product / count)).toBeLessThan(4 * Math.sqrt(1 / 144 / count))
  })
})

describe.each(seeds)('normal from key(%i)', (seed) => {
  const { data } = normal(key(seed), [count])

  it('has the moments of the standard normal distribution within four standard errors', () => {
    // Variances of x, x², x³ and x⁴: 1, 2, 15 and 96.
    expect(Math.abs(average(data, (x) => x))).toBeLessThan(4 * Math.sqrt(1 / count))
    expect(Math.abs(average(data, (x) => x ** 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count))
    expect(Math.abs(average(data, (x) => x ** 3))).toBeLessThan(4 * Math.sqrt(15 / count))
    expect(Math.abs(average(data, (x) => x ** 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count))
  })

  it('passes Kolmogorov–Smirnov', () => {
    expect(kolmogorovSmirnov(data, normalCdf)).toBeLessThan(1.95)
  })
})

describe('normal', () => {
  it('spreads its variance over keys as chance does', () => {
    // √(n / 2) (s² − 1) is nearly standard normal; over 100 keys its mean square is 1 ± 0.14.
    const scores = Array.from({ length: 100 }, (_, seed) => {
      const { data } = normal(key(seed), [2000])
      const mean = average(data, (x) => x)
      return Math.sqrt(1000) * (average(data, (x) => (x - mean) ** 2) - 1)
    })
    expect(Math.abs(scores.reduce((sum, z) => sum + z * z, 0) / 100 - 1)).toBeLessThan(4 * 0.142)
  })

  it('is the inverse of the distribution function at the bits that were drawn, to 2·10⁻⁶ relative', () => {
    const bits = randomBits(key(3), [20_000]).data
    const { data } = normal(key(3), [20_000])
    bits.forEach((word, index) => {
      const u = ((word & 0x7fffff) * 2 + 1) / 2 ** 23 - 1
      const x = data[index]!
      // One Newton step from x to the exact solution of Φ(x) = (1 + u) / 2 shows the error of x.
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
      const error = (erf(x / Math.SQRT2) - u) / 2 / density
      expect(Math.abs(error)).toBeLessThan(2e-6 * Math.max(Math.abs(x), 1e-3))
    })
  })

  it('is finite where the low 23 bits are all zero, as in the first word of key(3220017)', () => {
    const from = key(3_220_017)
    expect(randomBits(from, [1]).data[0]! & 0x7fffff).toBe(0)
    expect(normal(from, [1]).data[0]).toBeCloseTo(-5.2947, 3)
    expect(uniform(from, [1]).data[0]).toBe(0)
  })
})

describe('key', () => {
  it('is the two words of its seed', () => {
    expect([...key(2 ** 32 + 5).data]).toEqual([1, 5])
    expect([...key(2 ** 53 - 1).data]).toEqual([2 ** 21 - 1, 2 ** 32 - 1])
  })

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses the seed %d', (seed) => {
    expect(() => key(seed)).toThrow(`key: the seed must be a whole number from 0 to 2^53 − 1, got ${seed}`)
  })
})

describe('split', () => {
  it('gives as many keys as asked for, by type too', () => {
    const pair = split(key(0))
    const three = split(key(0), 3)
    expectTypeOf(pair).toEqualTypeOf<[Key, Key]>()
    expectTypeOf(three).toEqualTypeOf<[Key, Key, Key]>()
    expectTypeOf(split(key(0), 3 as number)).toEqualTypeOf<Key[]>()
    expectTypeOf(uniform(pair[0], [2, 3])).toEqualTypeOf<Tensor<[2, 3]>>()
    expect(three).toHaveLength(3)
    expect(split(key(0), 0)).toEqual([])
  })

  it('is a function of the key alone', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 2, max: 8 }), (seed, children) => {
        const words = split(key(seed), children).map(({ data }) => [...data])
        expect(split(key(seed), children).map(({ data }) => [...data])).toEqual(words)
        expect(words.slice(0, 2)).toEqual(split(key(seed)).map(({ data }) => [...data]))
        expect(new Set([...words, [...key(seed).data]].map(String)).size).toBe(children + 1)
      }),
    )
  })

  it('makes streams that do not correlate with each other, nor with that of the parent', () => {
    const size = 20_000
    const parent = key(11)
    const streams = [parent, ...split(parent, 3), ...split(split(parent)[0])].map(
      (k) => normal(k, [size]).data,
    )
    streams.forEach((x, i) => {
      streams.slice(i + 1).forEach((y) => {
        let product = 0
        for (let index = 0; index < size; index++) product += x[index]! * y[index]!
        expect(Math.abs(product / Math.sqrt(size))).toBeLessThan(4)
      })
    })
  })

  it('makes keys of neighbouring seeds that share no word in 10,000', () => {
    const words = new Set<number>()
    for (let seed = 0; seed < 100; seed++)
      for (const word of randomBits(key(seed), [100]).data) words.add(word)
    // 10,000 of 2³² words: 0.01 collisions are expected.
    expect(words.size).toBeGreaterThanOrEqual(9_999)
  })
})
