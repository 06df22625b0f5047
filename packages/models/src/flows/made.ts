import {
  add,
  type Key,
  markParameters,
  matmul,
  mul,
  split,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import { kaimingUniform } from '../init.ts'
import { checkLayerSizes } from '../size.ts'

/** Parameters of a masked network of Z latents and a context of C features, with H hidden units. */
export interface MadeParams<Z extends number, C extends number, H extends number> {
  readonly input: Tensor<[Z, H]>
  readonly context: Tensor<[C, H]>
  readonly bias: Tensor<[H]>
  readonly mean: { readonly weight: Tensor<[H, Z]>; readonly bias: Tensor<[Z]> }
  readonly gate: { readonly weight: Tensor<[H, Z]>; readonly bias: Tensor<[Z]> }
}

/** Two numbers for each latent, which depend on the latents before it and on the context. */
export interface Autoregressive<B extends number, Z extends number> {
  readonly mean: Tensor<[B, Z]>
  readonly gate: Tensor<[B, Z]>
}

/** A masked autoregressive network as a value. */
export interface Made<Z extends number, C extends number, H extends number> {
  readonly init: (key: Key) => MadeParams<Z, C, H>
  readonly apply: (
    params: MadeParams<Z, C, H>,
  ) => <B extends number>(z: Tensor<[B, Z]>, context: Tensor<[B, C]>) => Autoregressive<B, Z>
}

/** 1 where `visible(row, column)`, else 0. */
const mask = <R extends number, C extends number>(
  rows: R,
  columns: C,
  visible: (row: number, column: number) => boolean,
): Tensor<[R, C]> =>
  tensor(
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => (visible(Math.floor(i / columns), i % columns) ? 1 : 0)),
  )

/**
 * A masked autoencoder with a context: output i depends on the latents before i alone, and on all of the context. Germain,
 * Gregor, Murray & Larochelle, "MADE: masked autoencoder for distribution estimation" (ICML 2015), equations 12 and 13. A
 * hidden unit of degree d sees the first d latents; degrees go from 0, so that the first output has units too, which see
 * the context only, to Z − 1. Gates start near 2, so that sigmoid(gate) keeps 0.88 of a latent, and means near 0.
 *
 * ```ts
 * const network = made(16, 400, 320)
 * const { mean } = network.apply(network.init(key(0)))(zeros([128, 16]), zeros([128, 400]))
 * mean // Tensor<[128, 16]>
 * ```
 *
 * A size that is no whole number above 0 throws a `ShapeError`.
 */
export const made = <Z extends number, C extends number, H extends number>(
  latent: Z,
  context: C,
  hidden: H,
): Made<Z, C, H> => {
  checkLayerSizes('made', { latent, context, hidden })
  const degree = (unit: number): number => Math.floor((unit * latent) / hidden)
  const seen = mask(latent, hidden, (position, unit) => position < degree(unit))
  const sees = mask(hidden, latent, (unit, position) => degree(unit) <= position)
  const smallInit = (key: Key): Tensor<[H, Z]> => mul(kaimingUniform(key, [hidden, latent], hidden), 0.1)
  return {
    init: (key) => {
      const [forInput, forContext, forMean, forGate] = split(key, 4)
      return markParameters({
        input: kaimingUniform(forInput, [latent, hidden], latent + context),
        context: kaimingUniform(forContext, [context, hidden], latent + context),
        bias: zeros([hidden]),
        mean: { weight: smallInit(forMean), bias: zeros([latent]) },
        gate: { weight: smallInit(forGate), bias: add(zeros([latent]), 2) },
      })
    },
    apply: (params) => (z, given) => {
      const fromLatents = matmul(z, mul(params.input, seen))
      const h = tanh(add(add(fromLatents, matmul(given, params.context)), params.bias))
      const output = ({ weight, bias }: (typeof params)['mean']) => add(matmul(h, mul(weight, sees)), bias)
      return { mean: output(params.mean), gate: output(params.gate) }
    },
  }
}
