import { expandDims, mul, ShapeError, type Tensor, tensor } from '@vae/tensor'
import { activityThreshold } from './activity.ts'
import type { Divergence } from './divergence.ts'
import { activeDimensions, type FreeBitsPer, freeBits, klOfActive } from './free-bits.ts'
import type { DiagonalGaussian } from './gaussian.ts'
import { weightedMean } from './objective.ts'
import { capacityPenalty } from './schedules/capacity.ts'

/** The scalars of the KL term. */
export interface KlHyper {
  /** The weight of the KL term, or of its distance from the capacity. */
  readonly beta: Tensor<[]>
  /** C of β · |KL − C|, in nats per example (Burgess et al., 2018); the term is β · KL unless given. Not with free bits. */
  readonly capacity?: Tensor<[]>
}

/** All of the KL is paid for. */
export interface WholeKl {
  readonly kind: 'whole'
}

/** Some nats are free: see `freeBits`. */
export interface FreeBits {
  readonly kind: 'free-bits'
  readonly per: FreeBitsPer
  readonly nats: number
}

/** Only the KL of active dimensions is paid for: see `klOfActive`. */
export interface ActiveDimensionsOnly {
  readonly kind: 'active-dimensions'
  /** The variance of posterior means over the batch from which a dimension is active; 0.01 unless given. */
  readonly threshold?: number
}

/** Which part of the KL a batch pays for. The last two keep the posterior from collapsing to the prior. */
export type PaidKl = WholeKl | FreeBits | ActiveDimensionsOnly

/** Refuses numbers that mean nothing: throws a `RangeError`. */
export const checkPaidKl = (paid: PaidKl): void => {
  const check = (name: string, value: number): void => {
    if (!(Number.isFinite(value) && value >= 0))
      throw new RangeError(`${paid.kind}: ${name} must be a number of 0 or more, got ${value}`)
  }
  if (paid.kind === 'free-bits') check('nats', paid.nats)
  if (paid.kind === 'active-dimensions' && paid.threshold !== undefined) check('threshold', paid.threshold)
}

/** The KL of each dimension, or a sentence where it is no sum over them. */
const perDimensionOf = <B extends number, Z extends number>(
  { perDimension }: Divergence<B, Z>,
  kind: PaidKl['kind'],
): Tensor<[B, Z]> => {
  if (perDimension === null)
    throw new ShapeError(
      `${kind}: expected a posterior and a prior whose KL is known for each dimension, ` +
        'such as a diagonal Gaussian and N(0, I)',
    )
  return perDimension
}

/** What the KL adds to the loss of a batch: its paid part times β, or times its distance from the capacity. */
export const klTerm = <B extends number, Z extends number>(
  paid: PaidKl,
  { beta, capacity }: KlHyper,
  divergence: Divergence<B, Z>,
  posterior: DiagonalGaussian<B, Z>,
  weights: Tensor<[B]>,
): Tensor<[]> => {
  if (paid.kind === 'free-bits') {
    if (capacity !== undefined)
      throw new ShapeError(
        'free-bits: a capacity is a floor of the KL too: expected one of the two, got both',
      )
    // In total it does not matter how the KL is spread, so that an estimate will do.
    const kl =
      paid.per === 'total' ? expandDims(divergence.kl, 1) : perDimensionOf<B, number>(divergence, paid.kind)
    return mul(freeBits(kl, weights, tensor([], [paid.nats]), paid.per), beta)
  }
  const kl =
    paid.kind === 'whole'
      ? divergence.kl
      : klOfActive(
          perDimensionOf(divergence, paid.kind),
          activeDimensions(posterior.mean, weights, paid.threshold ?? activityThreshold),
        )
  return capacity === undefined
    ? mul(weightedMean(kl, weights), beta)
    : weightedMean(capacityPenalty(kl, capacity, beta), weights)
}
