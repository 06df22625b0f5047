import { scan, valueAndGrad } from '@vae/autograd'
import {
  add,
  broadcastTo,
  exp,
  type Key,
  less,
  lessEqual,
  log,
  minimum,
  mul,
  neg,
  normal,
  reshape,
  select,
  split,
  square,
  sub,
  sum,
  type Tensor,
  uniform,
  zeros,
} from '@vae/tensor'

/** States of B chains, or a number for each of their coordinates. */
type Rows = Tensor<[number, number]>
type PerChain = Tensor<[number]>

/** B chains after a transition. */
export interface Transition {
  readonly z: Rows
  /** The probability with which each proposal was accepted. */
  readonly acceptance: PerChain
}

/** ½ ‖momentum‖² of each chain. */
const kineticEnergy = (momentum: Rows): PerChain => mul(sum(square(momentum), [1]), 0.5)

/**
 * One transition of Hamiltonian Monte Carlo for B independent chains `[B, Z]`, which leaves e^logDensity unchanged: a
 * random momentum, `leapfrogSteps` leapfrog steps of the size of each chain, and Metropolis' choice. A proposal whose
 * energy is not a number is refused.
 *
 * @param logDensity one number for each chain, which depends on that chain alone
 * @see R. Neal, "MCMC using Hamiltonian dynamics" (2011), section 3.2
 */
export const hamiltonianTransition = (
  logDensity: (z: Rows) => PerChain,
  z: Rows,
  stepSize: PerChain,
  leapfrogSteps: number,
  key: Key,
): Transition => {
  const [forMomentum, forChoice] = split(key)
  const [chains, size] = z.shape
  const step = reshape(stepSize, [chains, 1])
  /** The potential energy of each chain and its gradient: chains do not depend on each other, so a sum has all. */
  const potential = (position: Rows) => {
    const { grad, energy } = valueAndGrad((at: Rows) => {
      const perChain = neg(logDensity(at))
      return { loss: sum(perChain, [0]), energy: perChain }
    })(position)
    return { gradient: grad, energy }
  }
  const kick = (momentum: Rows, gradient: Rows): Rows => sub(momentum, mul(mul(gradient, step), 0.5))

  const momentum: Rows = normal(forMomentum, [chains, size])
  const start = { z, momentum, ...potential(z) }
  const leapfrog = scan((at: typeof start, _: Tensor<[]>) => {
    const halfway = kick(at.momentum, at.gradient)
    const moved = add(at.z, mul(halfway, step))
    const there = potential(moved)
    return { carry: { z: moved, momentum: kick(halfway, there.gradient), ...there }, output: zeros([]) }
  })
  const { carry: end } = leapfrog(start, zeros([leapfrogSteps]))
  const gain = sub(add(start.energy, kineticEnergy(momentum)), add(end.energy, kineticEnergy(end.momentum)))
  const accepted = less(log(uniform(forChoice, [chains])), gain)
  return {
    z: select(broadcastTo(reshape(accepted, [chains, 1]), [chains, size]), end.z, z),
    acceptance: select(lessEqual(gain, Number.POSITIVE_INFINITY), exp(minimum(gain, 0)), zeros([chains])),
  }
}
