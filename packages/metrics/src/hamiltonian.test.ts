import { full, key, mul, split, square, sub, sum, type Tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { hamiltonianTransition } from './hamiltonian.ts'
import { sampleMoments } from './moments.ts'

type Rows = Tensor<[number, number]>

describe('hamiltonianTransition', () => {
  it('leads chains from anywhere to the density, and stays there', () => {
    // N(1, ¼) in two dimensions; a step of 0.4 is coarse enough that some proposals are refused.
    const logDensity = (z: Rows): Tensor<[number]> => mul(sum(square(sub(z, 1)), [1]), -2)
    const chains = 1000
    let z: Rows = full([chains, 2], 4)
    let rest = key(0)
    let refused = 0
    for (let step = 0; step < 30; step++) {
      const [now, next] = split(rest)
      rest = next
      const moved = hamiltonianTransition(logDensity, z, full([chains], 0.4), 5, now)
      z = moved.z
      refused += moved.acceptance.data.reduce((total, probability) => total + 1 - probability, 0) / chains
    }
    const { mean, covariance } = sampleMoments(z)
    // 5 standard errors of the mean of 1,000 independent chains, and of their variance.
    for (const value of mean) expect(Math.abs(value - 1)).toBeLessThan((5 * 0.5) / Math.sqrt(chains))
    for (const [i, value] of covariance.entries())
      expect(Math.abs(value - (i % 3 === 0 ? 0.25 : 0))).toBeLessThan(5 * 0.25 * Math.sqrt(2 / chains))
    expect(refused / 30).toBeGreaterThan(0.01)
  })
})
