import { valueAndGrad } from '@vae/autograd'
import {
  type AnyTensor,
  add,
  exp,
  full,
  item,
  key,
  leaves,
  mean,
  mul,
  neg,
  ones,
  type Tensor,
  tensor,
  unflatten,
  zeros,
} from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { gaussian } from '../likelihoods/gaussian.ts'
import { linear } from '../linear.ts'
import { network } from '../networks/network.ts'
import { inFloat64 } from '../testing/in-float64.ts'
import { type FullGaussian, type LinearVae, linearVae, type Rows } from '../testing/linear-vae.ts'
import { type ImportanceObjective, importanceWeighted } from './importance-weighted.ts'
import { vae } from './vae.ts'

/*
 * The linear VAE of our parts against the one of which everything is known: x of 3 numbers, z of 2. A dense encoder can
 * only have a posterior with independent dimensions, which is the exact one where the columns of W are orthogonal.
 */

const deviation = 0.8
const parts = {
  encoder: gaussianEncoder(network([3], linear(3, 3)), 2),
  decoder: network([2], linear(2, 3)),
  likelihood: gaussian(deviation),
}
const model = vae(parts)
const { params: start } = model.init(key(0))
type Params = typeof start

/** A model as numbers: q(z | x) = N(A x + a, diag s²) and p(x | z) = N(W z + b, σ²). */
interface Numbers {
  /** A, 2 × 3. */
  readonly slope: Rows
  readonly offset: readonly number[]
  readonly logVar: readonly number[]
  /** W, 3 × 2. */
  readonly weight: Rows
  readonly bias: readonly number[]
}

const transposed = (rows: Rows): number[] => rows[0]!.flatMap((_, j) => rows.map((row) => row[j]!))

/** The parameters of a model in the order of their paths; the body of the encoder is the identity. */
const leavesOf = ({ slope, offset, logVar, weight, bias }: Numbers): readonly (readonly number[])[] => {
  const values: Readonly<Record<string, readonly number[]>> = {
    'encoder.body.weight': [1, 0, 0, 0, 1, 0, 0, 0, 1],
    'encoder.body.bias': [0, 0, 0],
    'encoder.mean.weight': transposed(slope),
    'encoder.mean.bias': offset,
    'encoder.logVar.weight': [0, 0, 0, 0, 0, 0],
    'encoder.logVar.bias': logVar,
    'decoder.weight': transposed(weight),
    'decoder.bias': bias,
  }
  return leaves(start).map(({ path }) => values[path]!)
}

const paramsOf = (numbers: Numbers): Params => {
  const values = leavesOf(numbers)
  return unflatten(
    start,
    leaves(start).map(({ tensor: { shape } }, i) => tensor(shape, values[i]!)),
  )
}

const exactOf = ({ weight, bias }: Numbers): LinearVae => linearVae(weight, bias, deviation ** 2)

const posteriorOf = ({ slope, offset, logVar }: Numbers, x: readonly number[]) => ({
  mean: slope.map((row, i) => row.reduce((sum, a, j) => sum + a * x[j]!, offset[i]!)),
  variance: logVar.map(Math.exp),
})

/** KL(N(m, diag v) ‖ N(μ, Σ)) of two dimensions, in nats. */
const klToFull = (
  q: { readonly mean: readonly number[]; readonly variance: readonly number[] },
  { mean: center, covariance }: FullGaussian,
): number => {
  const [[a, b], [c, d]] = covariance as [[number, number], [number, number]]
  const determinant = a * d - b * c
  const [v, w] = q.variance as [number, number]
  const [e, f] = center.map((value, i) => value - q.mean[i]!) as [number, number]
  const trace = (d * v + a * w) / determinant
  const distance = (d * e * e - 2 * b * e * f + a * f * f) / determinant
  return 0.5 * (trace + distance - 2 + Math.log(determinant / (v * w)))
}

const value = fc.double({ min: -1.5, max: 1.5, noNaN: true })
const vector = (size: number) => fc.array(value, { minLength: size, maxLength: size })
const rows = (count: number, size: number) => fc.array(vector(size), { minLength: count, maxLength: count })

/** Any encoder beside any decoder. */
const anyModel: fc.Arbitrary<Numbers> = fc.record({
  slope: rows(2, 3),
  offset: vector(2),
  logVar: vector(2),
  weight: rows(3, 2),
  bias: vector(3),
})

/** The encoder whose posterior is exact, beside a decoder with orthogonal columns. */
const exactModel: fc.Arbitrary<Numbers> = fc
  .tuple(fc.double({ min: 0.2, max: 1.5, noNaN: true }), value, value, value, vector(3))
  .map(([p, q, r, scale, bias]) => {
    const columns = [
      [p, q, r],
      [-q * scale, p * scale, 0],
    ]
    const weight = [0, 1, 2].map((i) => columns.map((column) => column[i]!))
    const precisions = columns.map((column) => column.reduce((sum, w) => sum + w * w, deviation ** 2))
    const slope = columns.map((column, i) => column.map((w) => w / precisions[i]!))
    return {
      weight,
      bias,
      slope,
      offset: slope.map((row) => -row.reduce((sum, a, j) => sum + a * bias[j]!, 0)),
      logVar: precisions.map((precision) => Math.log(deviation ** 2 / precision)),
    }
  })

/** A function of parameters and of one example, held in float64. */
const inNumbers = (f: (params: Params, x: Tensor<[1, 3]>) => AnyTensor) => {
  const shapes = leaves(start).map(({ tensor }) => tensor)
  const run = inFloat64<AnyTensor[]>(
    (...args) => f(unflatten(start, args.slice(0, -1)), args.at(-1) as Tensor<[1, 3]>),
    [...shapes, zeros([1, 3])],
  )
  return (numbers: Numbers, x: readonly number[]) => run(...leavesOf(numbers), x)
}

/** 0 four times, and ±2 along each of two axes: the mean of a quadratic over μ + σ ε at these ε is its expectation. */
const sigmaPoints: Tensor<[8, 1, 2]> = tensor([8, 1, 2], [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, -2, 0, 0, 2, 0, -2])

/** −ELBO of our parts; log p(x | z) is quadratic in z, so that its expectation is exact. */
const exactNegativeElbo = inNumbers((params, x) => {
  const posterior = model.posterior(params)(x)
  const { mean: center, logVar } = posterior.base
  const z = add(mul(sigmaPoints, exp(mul(logVar, 0.5))), center)
  const reconstruction = neg(mean(model.logLikelihood(params)(x, z), [0]))
  return add(reconstruction, model.divergence(params)(posterior, { z, logDensity: zeros([8, 1]) }).kl)
})

/** log p(x, z) − log q(z | x) at five samples. */
const logWeights = inNumbers((params, x) => model.logWeights(params)(x, key(1), 5))

const objectives: readonly ImportanceObjective[] = [
  { kind: 'iwae', samples: 3 },
  { kind: 'miwae', outer: 2, samples: 2 },
  { kind: 'ciwae', samples: 3, beta: 0.3 },
  { kind: 'dreg', samples: 3 },
]

/** The same example many times, each with noise of its own. */
const repeated = (x: readonly number[], times: number) => ({
  examples: tensor([times, 3], Array.from({ length: times }, () => x).flat()) as Tensor<[number, 3]>,
  weights: ones([times]) as Tensor<[number]>,
})

const momentsOf = ({ data }: { readonly data: ArrayLike<number> }) => {
  const values = Array.from(data)
  const average = values.reduce((a, b) => a + b) / values.length
  const variance = values.reduce((a, b) => a + (b - average) ** 2, 0) / (values.length - 1)
  return { average, error: Math.sqrt(variance / values.length) }
}

const example: Numbers = {
  slope: [
    [0.3, -0.2, 0.5],
    [0.1, 0.4, -0.3],
  ],
  offset: [0.2, -0.3],
  logVar: [-0.4, -0.8],
  weight: [
    [1, 0.4],
    [-0.5, 0.8],
    [0.3, -0.6],
  ],
  bias: [0.2, 0, -0.1],
}
const observed = [1.2, -0.7, 0.4]
const evidence = exactOf(example).logEvidence(observed)

describe('the linear VAE', () => {
  it('has −ELBO = −log p(x) + KL(q(z | x) ‖ p(z | x)), exactly', () => {
    fc.assert(
      fc.property(anyModel, vector(3), (numbers, x) => {
        const exact = exactOf(numbers)
        const gap = klToFull(posteriorOf(numbers, x), exact.posterior(x))
        const [negativeElbo] = exactNegativeElbo(numbers, x)
        // Squares up to 10³ in float64.
        expect(Math.abs(negativeElbo! - (gap - exact.logEvidence(x)))).toBeLessThan(1e-10)
      }),
    )
  })

  it('has that −ELBO for the mean of its loss over the noise', () => {
    const { loss, terms } = model.objective({ beta: full([], 1) })(
      paramsOf(example),
      {},
      repeated(observed, 20_000),
      key(2),
    )
    const { error } = momentsOf(terms.reconstruction)
    const gap = klToFull(posteriorOf(example, observed), exactOf(example).posterior(observed))
    expect(Math.abs(item(loss) - (gap - evidence))).toBeLessThan(4 * error)
    expect(4 * error).toBeLessThan(0.1 * gap)
  })

  it('has log p(x) for its ELBO, and for every sample, where the encoder has the exact posterior', () => {
    fc.assert(
      fc.property(exactModel, vector(3), (numbers, x) => {
        const exact = exactOf(numbers).logEvidence(x)
        // Squares up to 10³ in float64.
        expect(Math.abs(exactNegativeElbo(numbers, x)[0]! + exact)).toBeLessThan(1e-10)
        for (const logWeight of logWeights(numbers, x))
          expect(Math.abs(logWeight - exact)).toBeLessThan(1e-10)
      }),
    )
  })

  it.each(objectives)('has −log p(x) for the loss of $kind there, whatever the noise', (objective) => {
    const importance = importanceWeighted(parts, objective)
    const loss = inNumbers((params, examples) => {
      const batch = { examples, weights: ones([1]) }
      return importance.objective({})(params, {}, batch, key(3)).loss
    })
    fc.assert(
      fc.property(exactModel, vector(3), (numbers, x) => {
        expect(Math.abs(loss(numbers, x)[0]! + exactOf(numbers).logEvidence(x))).toBeLessThan(1e-10)
      }),
    )
  })

  it('has bounds that rise with the number of samples to log p(x)', () => {
    const means = [1, 4, 16, 64].map((samples) => {
      const importance = importanceWeighted(parts, { kind: 'iwae', samples })
      const { negativeBound } = importance.objective({})(
        paramsOf(example),
        {},
        repeated(observed, 1000),
        key(samples),
      ).terms
      const { average, error } = momentsOf(negativeBound)
      return { bound: -average, error }
    })
    means.forEach(({ bound, error }, i) => {
      expect(bound).toBeLessThan(evidence + 4 * error)
      if (i > 0) expect(bound).toBeGreaterThan(means[i - 1]!.bound)
    })
    const last = means.at(-1)!
    // The bias falls as 1/K; that of one sample is half a nat.
    expect(evidence - last.bound).toBeLessThan(4 * last.error + 0.02)
    expect(evidence - means[0]!.bound).toBeGreaterThan(0.3)
  })

  it('has no gradient of the encoder with DReG where the posterior is exact, unlike with IWAE', () => {
    const gradientOf = (kind: 'iwae' | 'dreg', numbers: Numbers) => {
      const importance = importanceWeighted(parts, { kind, samples: 4 })
      const { grad } = valueAndGrad(importance.objective({}))(
        paramsOf(numbers),
        {},
        repeated(observed, 1),
        key(5),
      )
      return Math.max(
        ...[grad.encoder.mean.bias, grad.encoder.logVar.bias].flatMap(({ data }) => [...data].map(Math.abs)),
      )
    }
    const [numbers] = fc.sample(exactModel, { numRuns: 1, seed: 1 })
    // Slopes of a few units cancel in float32.
    expect(gradientOf('dreg', numbers!)).toBeLessThan(1e-5)
    expect(gradientOf('iwae', numbers!)).toBeGreaterThan(0.05)
  })

  it('has the value of IWAE with DReG, and its gradient on average', () => {
    const runs = Array.from({ length: 40 }, (_, seed) =>
      (['iwae', 'dreg'] as const).map((kind) => {
        const { value, grad } = valueAndGrad(importanceWeighted(parts, { kind, samples: 4 }).objective({}))(
          paramsOf(example),
          {},
          repeated(observed, 50),
          key(seed),
        )
        return { loss: item(value), slopes: leaves(grad).flatMap(({ tensor: x }) => [...x.data]) }
      }),
    )
    for (const [iwae, dreg] of runs) expect(Math.abs(iwae!.loss - dreg!.loss)).toBeLessThan(1e-5)
    runs[0]![0]!.slopes.forEach((_, i) => {
      const { average, error } = momentsOf({ data: runs.map(([a, b]) => a!.slopes[i]! - b!.slopes[i]!) })
      // The largest of about 40 differences of means is within 5 standard errors; those of the decoder are equal.
      expect(Math.abs(average)).toBeLessThan(5 * error + 1e-6)
    })
  })
})
