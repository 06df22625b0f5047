import {
  add,
  exp,
  type Key,
  markParameters,
  mul,
  type Now,
  neg,
  ShapeError,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import { type LinearParams, linear } from '../linear.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { composeFlows, type Flow, flowOf } from './flow.ts'

/** Parameters of the network of an affine coupling: Z → H → (Z, Z). */
export interface AffineCouplingParams<Z extends number, H extends number> {
  readonly hidden: LinearParams<Z, H>
  readonly logScale: LinearParams<H, Z>
  readonly shift: LinearParams<H, Z>
}

/** Sizes of a coupling, or messages. */
export interface GuardedCoupling<Moment, Name extends string, Z extends number, H extends number> {
  readonly latent: GuardSize<Moment, Name, 'latent', Z>
  readonly hidden: GuardSize<Moment, Name, 'hidden', H>
}

/** A scale is between e⁻² and e²: one step cannot blow up, and several reach any scale. */
const largestLogScale = 2

const checkCoupling = (name: string, latent: number, hidden: number): void => {
  checkLayerSizes(name, { latent, hidden })
  if (latent < 2)
    throw new ShapeError(`${name}: latent must be 2 or more, one half changes the other, got ${latent}`)
}

/**
 * An affine coupling: the dimensions at even positions (or odd ones) stay, and a network of them scales and shifts the
 * others, y = x · e^s + t. The inverse is exact, and the log-determinant is the sum of s. Dinh, Sohl-Dickstein & Bengio,
 * "Density estimation using Real NVP" (ICLR 2017), equations 7 to 9. s is bounded to ±2 by a tanh. It starts as the
 * identity.
 *
 * ```ts
 * const flow = affineCoupling({ latent: 4, hidden: 32, keeps: 'even' })
 * flow.forward(flow.init(key(0)))(tensor([1, 4], [1, 2, 3, 4])) // → { value: [[1, 2, 3, 4]], logDet: [0] }
 * ```
 *
 * Throws a `ShapeError` for fewer than 2 dimensions.
 */
export const affineCoupling = <Z extends number, H extends number, Moment = Now>({
  keeps,
  ...guarded
}: GuardedCoupling<Moment, 'affineCoupling', Z, H> & {
  readonly keeps: 'even' | 'odd'
}): Flow<Z, AffineCouplingParams<Z, H>> => {
  const [latent, units] = [guarded.latent as Z, guarded.hidden as H]
  checkCoupling('affineCoupling', latent, units)
  const first = keeps === 'even' ? 0 : 1
  const kept: Tensor<[Z]> = tensor(
    [latent],
    Array.from({ length: latent }, (_, position) => (position % 2 === first ? 1 : 0)),
  )
  const changed = sub(1, kept)
  const hidden = linear(latent, units)

  /** s and t, which depend on what stays alone and are 0 for it. */
  const network = <B extends number>(params: AffineCouplingParams<Z, H>, x: Tensor<[B, Z]>) => {
    const h: Tensor<[B, H]> = tanh(hidden.apply(params.hidden)(mul(x, kept)))
    const output = linear(units, latent)
    const raw: Tensor<[B, Z]> = output.apply(params.logScale)(h)
    const bounded = mul(tanh(mul(raw, 1 / largestLogScale)), largestLogScale)
    return { logScale: mul(bounded, changed), shift: mul(output.apply(params.shift)(h), changed) }
  }

  return flowOf({
    latent,
    init: (key: Key): AffineCouplingParams<Z, H> => {
      const nothing = (): LinearParams<H, Z> => ({ weight: zeros([units, latent]), bias: zeros([latent]) })
      return markParameters({ hidden: hidden.init(key), logScale: nothing(), shift: nothing() })
    },
    forward:
      (params) =>
      <B extends number>(x: Tensor<[B, Z]>) => {
        const { logScale, shift } = network(params, x)
        return { value: add(mul(x, exp(logScale)), shift), logDet: sum(logScale, [1]) }
      },
    inverse:
      (params) =>
      <B extends number>(y: Tensor<[B, Z]>) => {
        const { logScale, shift } = network(params, y)
        return { value: mul(sub(y, shift), exp(neg(logScale))), logDet: neg(sum(logScale, [1])) }
      },
  })
}

/**
 * `steps` affine couplings one after the other, which keep even and odd positions in turn, so that two change every
 * dimension.
 *
 * ```ts
 * const prior = flowPrior(realNvp({ latent: 16, hidden: 64, steps: 4 }))
 * prior.logDensity(prior.init(key(0)), null)(zeros([128, 16])) // Tensor<[128]>
 * ```
 */
export const realNvp = <Z extends number, H extends number, Moment = Now>({
  steps,
  ...guarded
}: GuardedCoupling<Moment, 'realNvp', Z, H> & { readonly steps: number }): Flow<
  Z,
  readonly AffineCouplingParams<Z, H>[]
> => {
  const [latent, hidden] = [guarded.latent as Z, guarded.hidden as H]
  checkLayerSizes('realNvp', { steps })
  checkCoupling('realNvp', latent, hidden)
  return composeFlows(
    latent,
    Array.from({ length: steps }, (_, step) =>
      affineCoupling({ latent, hidden, keeps: step % 2 === 0 ? 'even' : 'odd' }),
    ),
  )
}
