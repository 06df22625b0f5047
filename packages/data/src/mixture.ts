import {
  add,
  div,
  type Key,
  logSumExp,
  mul,
  normal,
  numerics,
  split,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  uniform,
} from '@vae/tensor'
import * as O from 'fp-ts/lib/Option.js'
import type { Dataset, Split, Splits } from './dataset.ts'
import { examplesOf } from './examples.ts'

/** One Gaussian of a mixture, with a diagonal covariance. */
export interface MixtureComponent {
  /** The probability of the component; those of a mixture sum to 1. */
  readonly weight: number
  /** The mean of each feature. */
  readonly mean: readonly number[]
  /** The variance of each feature, above 0. */
  readonly variance: readonly number[]
}

/** A mixture of Gaussians over F features, and what is known about it exactly. */
export interface GaussianMixture<F extends number> {
  readonly features: F
  readonly components: readonly MixtureComponent[]
  /** log p(x) of each row, in nats. */
  readonly logDensity: <B extends number>(x: Tensor<[B, F]>) => Tensor<[B]>
  /** `count` independent draws, with the component of each as its label. */
  readonly draw: (key: Key, count: number, split: Split) => Dataset<[F], 'f32'>
}

const checkComponents = (features: number, components: readonly MixtureComponent[]): void => {
  const total = components.reduce((sum, { weight }) => sum + weight, 0)
  // Up to the rounding of decimal fractions.
  if (!(Math.abs(total - 1) < 1e-9) || components.some(({ weight }) => !(weight > 0)))
    throw new RangeError(
      `gaussianMixture: expected positive weights that sum to 1, got ${components.map(({ weight }) => weight).join(', ')}`,
    )
  components.forEach(({ mean, variance }, index) => {
    if (mean.length !== features || variance.length !== features)
      throw new RangeError(
        `gaussianMixture: expected ${features} means and variances, component ${index} has ${mean.length} and ` +
          `${variance.length}`,
      )
    const wrong = variance.find((value) => !(value > 0))
    if (wrong !== undefined)
      throw new RangeError(
        `gaussianMixture: expected variances above 0, component ${index} has one of ${wrong}`,
      )
  })
}

/**
 * A mixture of Gaussians with diagonal covariances over `features` features: p(x) = Σₖ wₖ N(x; μₖ, diag σ²ₖ). Throws a
 * `RangeError` if the weights do not sum to 1, or a component has another number of features or a variance that is
 * not above 0.
 *
 * @example
 * ```ts
 * const { logDensity } = gaussianMixture(1, [{ weight: 1, mean: [0], variance: [1] }])
 * logDensity(zeros([1, 1])) // → [-0.9189]
 * ```
 */
export const gaussianMixture = <F extends number>(
  features: F,
  components: readonly MixtureComponent[],
): GaussianMixture<F> => {
  checkComponents(features, components)
  const row = (values: readonly number[]): Tensor<[F]> => tensor<[F]>([features], [...values])
  const ready = components.map(({ weight, mean, variance }) => ({
    mean: row(mean),
    variance: row(variance),
    deviation: row(variance.map(Math.sqrt)),
    // log wₖ − Σ log √(2πσ²): what the log-density of component k has at its mean.
    logPeak:
      numerics.log(weight) - variance.reduce((sum, value) => sum + numerics.log(2 * Math.PI * value), 0) / 2,
  }))

  const logDensity = <B extends number>(x: Tensor<[B, F]>): Tensor<[B]> => {
    const joint = ready.map(({ mean, variance, logPeak }) =>
      add(mul(sum(div(square(sub(x, mean)), variance), [1]), -1 / 2), logPeak),
    )
    return logSumExp(stack(joint, 1), [1])
  }

  const draw = (from: Key, count: number, part: Split): Dataset<[F], 'f32'> => {
    const [which, noise] = split(from)
    const chosen = uniform(which, [count]).data
    const labels = Uint8Array.from(chosen, (value) => componentAt(components, value))
    const values = normal(noise, [count, features]).data.slice()
    for (let place = 0; place < values.length; place++) {
      const { mean, deviation } = ready[labels[Math.floor(place / features)]!]!
      const feature = place % features
      values[place] = mean.data[feature]! + deviation.data[feature]! * values[place]!
    }
    return {
      name: 'Gaussian mixture',
      split: part,
      examples: examplesOf<[F], 'f32'>(tensor<[number, F]>([count, features], values)),
      labels: O.some(tensor<[number], 'u8'>([count], labels, 'u8')),
    }
  }

  return { features, components, logDensity, draw }
}

/** The component whose part of [0, 1) holds `value`, where component k has a part as long as its weight. */
const componentAt = (components: readonly MixtureComponent[], value: number): number => {
  let end = 0
  for (const [index, { weight }] of components.entries()) {
    end += weight
    if (value < end) return index
  }
  // The weights may sum to a little less than 1.
  return components.length - 1
}

const eight = (value: number): readonly number[] => new Array<number>(8).fill(value)

/**
 * The mixture of the introductory exercises: 8 features, two components. One has weight 0.4, mean 1 and variance 0.5 in
 * each feature, the other weight 0.6, mean −1 and variance 1. The signs of the features, which the exercise on binary
 * data uses, take all 256 patterns.
 *
 * @example
 * ```ts
 * const { examples } = exerciseMixture.draw(key(0), 100, 'test')
 * exerciseMixture.logDensity(examples.gather([0, 1])) // Tensor<[number]>
 * ```
 */
export const exerciseMixture: GaussianMixture<8> = gaussianMixture(8, [
  { weight: 0.4, mean: eight(1), variance: eight(0.5) },
  { weight: 0.6, mean: eight(-1), variance: eight(1) },
])

/**
 * Two independent samples of a mixture, to learn from and to judge on.
 *
 * @example
 * ```ts
 * const { train } = mixtureSplits(exerciseMixture, { train: 1000, test: 200 }, key(0))
 * exampleCount(train) // → 1000
 * ```
 */
export const mixtureSplits = <F extends number>(
  mixture: GaussianMixture<F>,
  sizes: { readonly train: number; readonly test: number },
  from: Key,
): Splits<[F], 'f32'> => {
  const [train, test] = split(from)
  return { train: mixture.draw(train, sizes.train, 'train'), test: mixture.draw(test, sizes.test, 'test') }
}
