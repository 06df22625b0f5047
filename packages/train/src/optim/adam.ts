import {
  add,
  div,
  full,
  type LeafTensor,
  mapTree,
  mul,
  sqrt,
  square,
  type Tensor,
  type Tree,
  tanh,
  tensor,
  zeros,
  zipTree,
} from '@vae/tensor'
import type { Transform } from './transform.ts'

/** Settings of Adam; the defaults are those of the paper. */
export interface AdamOptions {
  /** How much of the running mean of gradients stays in each step, from 0 to below 1. */
  readonly b1?: number
  /** How much of the running mean of squared gradients stays in each step, from 0 to below 1. */
  readonly b2?: number
  /** Added to the root of the second moment, so that nothing is divided by zero. */
  readonly eps?: number
  /**
   * Where the running mean of squared gradients starts; 0 in the paper. Burda et al. (2016) start at 1, which makes the
   * first steps short. The correction of the bias stays that for 0.
   */
  readonly initialSecondMoment?: number
}

/** What Adam remembers: how many steps were made, and running means of gradients and of their squares. */
export interface AdamState<P> {
  readonly count: Tensor<[]>
  readonly mean: P
  readonly variance: P
}

/**
 * 1 − bᵗ, by way of 1 − e⁻ʸ = 2u / (1 + u) with u = tanh(y / 2): subtracting from 1 would lose four digits of
 * the first steps with b = 0.999.
 */
const missingWeight = (b: number, count: Tensor<[]>): Tensor<[]> => {
  const u = tanh(mul(count, -0.5 * Math.log(b)))
  return div(mul(u, 2), add(u, 1))
}

const checkDecay = (name: string, value: number): void => {
  if (!(value > 0 && value < 1)) throw new RangeError(`adam: expected ${name} between 0 and 1, got ${value}`)
}

/**
 * Rescales gradients to m̂ / (√v̂ + ε), where m̂ and v̂ are the bias-corrected running means of gradients and
 * of their squares. The count of steps is f32 and so exact up to 2²⁴ steps; by then the correction is 1.
 * Throws a `RangeError` for a decay that is not between 0 and 1, and for a negative second moment.
 *
 * ```ts
 * const grads = { w: tensor([2], [3, -0.01]) }
 * const { init, update } = scaleByAdam<typeof grads>()
 * update(grads, init(grads), grads, { learningRate: full([], 1) }).updates // → { w: [1, -1] }
 * ```
 *
 * @see D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), algorithm 1
 */
export const scaleByAdam = <P extends Tree<P>>({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  initialSecondMoment = 0,
}: AdamOptions = {}): Transform<P, AdamState<P>> => {
  checkDecay('b1', b1)
  checkDecay('b2', b2)
  if (!(initialSecondMoment >= 0 && Number.isFinite(initialSecondMoment)))
    throw new RangeError(`adam: expected initialSecondMoment of 0 or more, got ${initialSecondMoment}`)
  const blend = (kept: number) => (old: LeafTensor, now: LeafTensor) =>
    add(mul(old, kept), mul(now, 1 - kept))
  return {
    init: (params) => ({
      count: tensor([], [0]),
      mean: mapTree(({ shape }) => zeros([...shape]), params),
      variance: mapTree(({ shape }) => full([...shape], initialSecondMoment), params),
    }),
    update: (grads, state) => {
      const count = add(state.count, 1)
      const mean = zipTree(blend(b1), state.mean, grads)
      const variance = zipTree((old, now) => blend(b2)(old, square(now)), state.variance, grads)
      // Two numbers are inverted instead of dividing by them once for every parameter.
      const [meanScale, varianceScale] = [div(1, missingWeight(b1, count)), div(1, missingWeight(b2, count))]
      const updates = zipTree(
        (m, v) => div(mul(m, meanScale), add(sqrt(mul(v, varianceScale)), eps)),
        mean,
        variance,
      )
      return { updates, state: { count, mean, variance } }
    },
  }
}
