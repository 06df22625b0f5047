import { scan } from '@vae/autograd'
import {
  abs,
  add,
  arange,
  div,
  expandDims,
  type Key,
  less,
  log,
  markParameters,
  maximum,
  mul,
  type Now,
  neg,
  normal,
  select,
  softplus,
  split,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  zeros,
} from '@vae/tensor'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { composeFlows, type Flow, flowOf } from './flow.ts'

/** Parameters of a planar flow. */
export interface PlanarParams<Z extends number> {
  /** The normal of the planes. */
  readonly weight: Tensor<[Z]>
  /** The direction of the shift, before the constraint that keeps the flow invertible. */
  readonly direction: Tensor<[Z]>
  readonly bias: Tensor<[]>
}

/** Halvings of an interval: more than float32 tells apart. */
const halvings = 30

/**
 * û, and 1 + wᵀû, which is kept positive: then wᵀx + wᵀû tanh(wᵀx + b) increases with wᵀx, and the flow is invertible.
 * Rezende & Mohamed (2015), appendix A.1, with 1e-4 more, so that the log-determinant is finite.
 */
const constrained = <Z extends number>({ weight, direction }: PlanarParams<Z>) => {
  const inner = sum(mul(weight, direction), [0])
  const slope = add(softplus(inner), 1e-4)
  const excess = div(sub(sub(slope, 1), inner), maximum(sum(square(weight), [0]), 1e-12))
  return { shift: add(direction, mul(weight, excess)), slope }
}

/** log(1 + wᵀû (1 − tanh²)) = log(tanh² + slope · (1 − tanh²)), both terms positive. */
const logDeterminant = <B extends number>(bent: Tensor<[B]>, slope: Tensor<[]>): Tensor<[B]> => {
  const flat = square(bent)
  return log(add(flat, mul(sub(1, flat), slope)))
}

/**
 * The α with α + c · tanh(α + b) = target, c = slope − 1 > −1: by bisection, since it lies within |c| of the target, and one
 * step of Newton from there. The bisection counts as a constant, and the derivative of that step is the one of the implicit
 * function: so the inverse is differentiable, once.
 */
const solve = <B extends number>(target: Tensor<[B]>, slope: Tensor<[]>, bias: Tensor<[]>): Tensor<[B]> => {
  const scale = sub(slope, 1)
  const excess = (alpha: Tensor<[B]>): Tensor<[B]> =>
    sub(add(alpha, mul(tanh(add(alpha, bias)), scale)), target)
  const halve = ({ low, high }: { low: Tensor<[B]>; high: Tensor<[B]> }, step: Tensor<[]>) => {
    const middle = mul(add(low, high), 0.5)
    const below = less(excess(middle), 0)
    return {
      carry: { low: select(below, middle, low), high: select(below, high, middle) },
      output: step,
    }
  }
  const reach = abs(scale)
  const { carry } = scan(halve)({ low: sub(target, reach), high: add(target, reach) }, arange(halvings))
  const found = stopGradient(mul(add(carry.low, carry.high), 0.5))
  const rise = add(mul(sub(1, square(tanh(add(found, bias)))), scale), 1)
  return sub(found, div(excess(found), rise))
}

/**
 * A planar flow, f(x) = x + û tanh(wᵀx + b), with û constrained so that it is invertible. Rezende & Mohamed, "Variational
 * inference with normalizing flows" (ICML 2015), equations 10 to 12 and appendix A.1. The inverse has no closed form: it is
 * the root of an increasing function of one number, found to the precision of float32.
 *
 * ```ts
 * const flow = planar(2)
 * const { value, logDet } = flow.forward(flow.init(key(0)))(zeros([128, 2]))
 * value // Tensor<[128, 2]>
 * logDet // Tensor<[128]>
 * ```
 *
 * Latents of another size do not compile, or throw a `ShapeError`; so it is for all flows.
 *
 * ```ts
 * planar(2).forward(planar(2).init(key(0)))(zeros([128, 3]))
 * // error: forward: expected 2 latent dimensions, got 3: [128, 3]
 * ```
 */
export const planar = <Z extends number, Moment = Now>(
  latent: GuardSize<Moment, 'planar', 'latent', Z>,
): Flow<Z, PlanarParams<Z>> => {
  const size = latent as Z
  checkLayerSizes('planar', { latent: size })
  return flowOf({
    latent: size,
    init: (key: Key): PlanarParams<Z> => {
      const [forWeight, forDirection] = split(key)
      const scaled = (from: Key): Tensor<[Z]> => mul(normal(from, [size]), 1 / Math.sqrt(size))
      return markParameters({ weight: scaled(forWeight), direction: scaled(forDirection), bias: zeros([]) })
    },
    forward:
      (params) =>
      <B extends number>(x: Tensor<[B, Z]>) => {
        const { shift, slope } = constrained(params)
        const bent = tanh(add(sum(mul(x, params.weight), [1]), params.bias))
        return { value: add(x, mul(expandDims(bent, 1), shift)), logDet: logDeterminant(bent, slope) }
      },
    inverse:
      (params) =>
      <B extends number>(y: Tensor<[B, Z]>) => {
        const { shift, slope } = constrained(params)
        const alpha = solve(sum(mul(y, params.weight), [1]), slope, params.bias)
        const bent = tanh(add(alpha, params.bias))
        return {
          value: sub(y, mul(expandDims(bent, 1), shift)),
          logDet: neg(logDeterminant(bent, slope)),
        }
      },
  })
}

/**
 * `steps` planar flows one after the other.
 *
 * ```ts
 * const prior = flowPrior(planarFlow({ latent: 2, steps: 8 }))
 * prior.sample(prior.init(key(0)), null)(key(1), 64) // Tensor<[64, 2]>
 * ```
 */
export const planarFlow = <Z extends number, Moment = Now>({
  latent,
  steps,
}: {
  readonly latent: GuardSize<Moment, 'planarFlow', 'latent', Z>
  readonly steps: number
}): Flow<Z, readonly PlanarParams<Z>[]> => {
  const size = latent as Z
  checkLayerSizes('planarFlow', { latent: size, steps })
  return composeFlows(
    size,
    Array.from({ length: steps }, () => planar(size)),
  )
}
