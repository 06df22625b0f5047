import { add, maximum, minimum, mul, neg, sigmoid, stopGradient, sub, type Tensor, zeros } from '@vae/tensor'

/** Settings of a controller; the defaults are those of the paper. */
export interface KlControllerOptions {
  /** How strongly β follows the error of the moment, K_p; 0.01 unless given. */
  readonly proportional?: number
  /** How fast errors add up, K_i; 0.0001 unless given. */
  readonly integral?: number
  /** The least β; 0 unless given. */
  readonly min?: number
  /** The largest β; 1 unless given. */
  readonly max?: number
}

/** What a controller remembers from step to step. */
export interface KlControllerState {
  /** The part of β that errors have added up to. */
  readonly integral: Tensor<[]>
}

/** A controller of β as a value: pure functions of its state. */
export interface KlController {
  readonly init: () => KlControllerState
  /**
   * β for a KL that was observed and one that is wanted, both in nats per example, and the next state. A part of a
   * compiled step; no gradient flows through it.
   */
  readonly update: (
    state: KlControllerState,
    observedKl: Tensor<[]>,
    targetKl: Tensor<[]>,
  ) => { readonly beta: Tensor<[]>; readonly state: KlControllerState }
}

const checkOptions = (options: Required<KlControllerOptions>): void => {
  for (const [name, value] of Object.entries(options))
    if (!(Number.isFinite(value) && value >= 0))
      throw new RangeError(`klController: ${name} must be a number of 0 or more, got ${value}`)
  if (options.min > options.max)
    throw new RangeError(`klController: min must be at most max, got ${options.min} and ${options.max}`)
}

const between = (x: Tensor<[]>, least: number, most: number): Tensor<[]> => minimum(maximum(x, least), most)

/**
 * A non-linear PI controller that moves β until the KL is what is wanted: with the error e = target − observed,
 * β = K_p σ(−e) − K_i Σ e + min, kept between min and max. Shao et al., "ControlVAE: controllable variational
 * autoencoder" (2020), algorithm 1.
 *
 * The sum of errors never goes beyond what takes β to a bound (anti-windup). The paper stops adding up while β is out of
 * bounds, from where β would never come back if the sum alone holds it there.
 *
 * ```ts
 * const controller = klController()
 * const { beta, state } = controller.update(controller.init(), tensor([], [30]), tensor([], [20]))
 * beta // → 0.011
 * state.integral // → 0.001
 * ```
 *
 * Throws a `RangeError` for a negative setting, or bounds in the wrong order.
 */
export const klController = ({
  proportional = 0.01,
  integral = 0.0001,
  min = 0,
  max = 1,
}: KlControllerOptions = {}): KlController => {
  checkOptions({ proportional, integral, min, max })
  return {
    init: () => ({ integral: zeros([]) }),
    update: (state, observedKl, targetKl) => {
      const error = stopGradient(sub(targetKl, observedKl))
      const immediate = mul(sigmoid(neg(error)), proportional)
      const sum = between(sub(state.integral, mul(error, integral)), -proportional, max - min)
      return { beta: between(add(add(immediate, sum), min), min, max), state: { integral: sum } }
    },
  }
}
