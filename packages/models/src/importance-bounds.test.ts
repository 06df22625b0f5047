import { key, normal, slice, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ciwaeBound, elboOfSamples, iwaeBound, miwaeBound, piwaeBounds } from './importance-bounds.ts'
import { linearVae } from './testing/linear-vae.ts'

const logWeight = fc.integer({ min: -1280, max: 1280 }).map((n) => n / 64)
const weights = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .chain(([m, k, b]) =>
    fc
      .array(logWeight, { minLength: m * k * b, maxLength: m * k * b })
      .map((data): Tensor<[number, number, number]> => tensor([m, k, b], data)),
  )
const flat = (x: Tensor<[number, number, number]>): Tensor<[number, number]> => {
  const [m, k, b] = x.shape
  return tensor([m * k, b], x.data)
}
/** Numbers up to 20 with the rounding of float32. */
const tolerance = 1e-5

describe('bounds on log p(x)', () => {
  it('are ordered: ELBO ≤ MIWAE(M, K) ≤ IWAE(M K) ≤ the largest log-weight', () => {
    fc.assert(
      fc.property(weights, (logs) => {
        const all = flat(logs)
        const [elbo, miwae, iwae] = [elboOfSamples(all), miwaeBound(logs), iwaeBound(all)]
        iwae.data.forEach((value, b) => {
          const largest = Math.max(...all.data.filter((_, i) => i % logs.shape[2] === b))
          expect(elbo.data[b]).toBeLessThanOrEqual(miwae.data[b]! + tolerance)
          expect(miwae.data[b]).toBeLessThanOrEqual(value + tolerance)
          expect(value).toBeLessThanOrEqual(largest + tolerance)
        })
      }),
    )
  })

  it('are the ELBO with one sample, and no function of the order of samples', () => {
    fc.assert(
      fc.property(weights, (logs) => {
        const all = flat(logs)
        const one = slice(all, 0, 0, 1)
        expect([...iwaeBound(one).data]).toEqual([...one.data])
        const [k, b] = all.shape
        const reversed: Tensor<[number, number]> = tensor(
          [k, b],
          Array.from({ length: k }, (_, i) => [...all.data.slice((k - 1 - i) * b, (k - i) * b)]).flat(),
        )
        iwaeBound(reversed).data.forEach((value, i) => {
          expect(value).toBeCloseTo(iwaeBound(all).data[i]!, 4)
        })
      }),
    )
  })

  it('CIWAE goes from IWAE at β = 0 to the ELBO at β = 1', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (logs, beta) => {
        const all = flat(logs)
        const [elbo, iwae] = [elboOfSamples(all), iwaeBound(all)]
        ciwaeBound(all, tensor([], [beta])).data.forEach((value, b) => {
          expect(Math.abs(value - (beta * elbo.data[b]! + (1 - beta) * iwae.data[b]!))).toBeLessThan(
            tolerance,
          )
        })
      }),
    )
  })

  it('PIWAE pairs MIWAE with the IWAE of all samples', () => {
    fc.assert(
      fc.property(weights, (logs) => {
        const { encoder, decoder } = piwaeBounds(logs)
        expect(encoder).toEqual(miwaeBound(logs))
        expect(decoder).toEqual(iwaeBound(flat(logs)))
      }),
    )
  })
})

describe('on the linear VAE', () => {
  const value = fc.double({ min: -1.5, max: 1.5, noNaN: true })
  const logNormal = (z: number, mean: number, deviation: number): number =>
    -0.5 * (((z - mean) / deviation) ** 2 + Math.log(2 * Math.PI)) - Math.log(deviation)

  /** log p(x, z) − log q(z | x) for K samples of q, and that `repeats` times. */
  const logWeights = (
    vae: ReturnType<typeof linearVae>,
    x: readonly number[],
    [center, deviation]: readonly [number, number],
    k: number,
    repeats: number,
  ): Tensor<[number, number]> =>
    tensor(
      [k, repeats],
      Array.from(normal(key(k), [k, repeats]).data, (noise) => {
        const z = center + deviation * noise
        return vae.logLikelihood(x, [z]) + logNormal(z, 0, 1) - logNormal(z, center, deviation)
      }),
    )

  it('is log p(x) for every sample where q is the posterior', () => {
    fc.assert(
      fc.property(value, value, value, value, (w, v, x, y) => {
        const vae = linearVae([[w], [v]], [0.5, -0.5], 0.5)
        const posterior = vae.posterior([x, y])
        const q = [posterior.mean[0]!, Math.sqrt(posterior.covariance[0]![0]!)] as const
        for (const bound of iwaeBound(logWeights(vae, [x, y], q, 2, 50)).data)
          expect(Math.abs(bound - vae.logEvidence([x, y]))).toBeLessThan(1e-4)
      }),
    )
  })

  it('rises with K to log p(x) where q is another', () => {
    const vae = linearVae([[1], [-0.5]], [0.2, 0], 0.4)
    const x = [1.5, -1]
    const exact = vae.logEvidence(x)
    const repeats = 1500
    const means = [1, 4, 16, 64].map((k) => {
      const { data } = iwaeBound(logWeights(vae, x, [0.4, 0.9], k, repeats))
      const average = data.reduce((a, b) => a + b) / repeats
      const variance = data.reduce((a, b) => a + (b - average) ** 2, 0) / (repeats - 1)
      return { average, error: Math.sqrt(variance / repeats) }
    })
    means.forEach(({ average, error }, i) => {
      expect(average).toBeLessThan(exact + 4 * error)
      if (i > 0) expect(average).toBeGreaterThan(means[i - 1]!.average)
    })
    const last = means.at(-1)!
    // The bias falls as 1/K: Var(w) / (2 K p(x)²).
    expect(Math.abs(last.average - exact)).toBeLessThan(4 * last.error + 0.02)
    expect(exact - means[0]!.average).toBeGreaterThan(0.2)
  })
})
