import { type Guard, relu, type Shape } from '@vae/tensor'
import type { NoParams } from '../layer.ts'
import { conv2d } from '../layers/conv.ts'
import type { ConvParams } from '../layers/conv-types.ts'
import { residual } from '../layers/residual.ts'
import { sequential } from '../layers/sequential.ts'
import { type ConvDownParams, type ConvUpParams, convDown, convUp } from './conv.ts'
import { checkImage, type DoubledImage, type HalvedImage } from './halving.ts'
import { type KnownShape, type Network, networkOf } from './network.ts'
import type { FirstOf, LastOf } from './sizes.ts'
import { type Stage, stack } from './stack.ts'

/** Sizes of a stack of residual blocks. */
export interface ResidualStackOptions<R extends number> {
  /** Channels inside a block. */
  readonly hidden: R
  /** How many blocks; 2 unless given. */
  readonly blocks?: number
}

/** The parameters of a residual block of W channels with R inside. */
export interface ResidualBlockParams<W extends number, R extends number> {
  readonly body: [NoParams, ConvParams<[R, W, 3, 3], R>, NoParams, ConvParams<[W, R, 1, 1], W>]
  readonly shortcut: NoParams
}

/** The parameters of `residualDown`: strided convolutions, one more, residual blocks, and the projection to D channels. */
export type ResidualDownParams<Channels, W extends number, R extends number, D extends number> = [
  ConvDownParams<Channels>,
  ConvParams<[W, W, 3, 3], W>,
  ...ResidualBlockParams<W, R>[],
  ConvParams<[D, W, 1, 1], D>,
]

/** The parameters of `residualUp`: a convolution from D channels, residual blocks, and transposed convolutions. */
export type ResidualUpParams<Channels, W extends number, R extends number, D extends number> = [
  ConvParams<[W, D, 3, 3], W>,
  ...ResidualBlockParams<W, R>[],
  ConvUpParams<Channels>,
]

/** ReLU, 3 × 3, ReLU, 1 × 1, added to the input; the last of several is followed by a ReLU. */
const residualBlocks = (width: number, { hidden, blocks = 2 }: ResidualStackOptions<number>): Stage[] =>
  Array.from({ length: blocks }, (_, index) => ({
    layer: residual(
      sequential([
        relu,
        conv2d(width, hidden, { kernel: 3, padding: 1 }),
        relu,
        conv2d(hidden, width, { kernel: 1 }),
      ]),
    ),
    after: index === blocks - 1 ? relu : undefined,
  }))

/**
 * The encoder of VQ-VAE: a 4 × 4 convolution with stride 2 for each number of channels, each with a ReLU, a 3 × 3
 * convolution, residual blocks, and a 1 × 1 convolution to `outputs` channels. van den Oord et al., "Neural discrete
 * representation learning" (2017), section 4.1, in the form of its published code.
 *
 * ```ts
 * const encoder = residualDown([1, 28, 28], [32, 64], 16, { hidden: 32 })
 * encoder.output // → [16, 7, 7]
 * ```
 *
 * An image size that the strides do not divide does not compile, or throws a `ShapeError`.
 */
export const residualDown = <
  const In extends Shape,
  const Channels extends Shape,
  D extends number,
  R extends number,
>(
  input: Guard<HalvedImage<'residualDown', In, Channels, D>, readonly [...In]>,
  channels: readonly [...Channels],
  outputs: D,
  options: ResidualStackOptions<R>,
): Network<
  In,
  KnownShape<HalvedImage<'residualDown', In, Channels, D>>,
  ResidualDownParams<[FirstOf<In>, ...Channels], LastOf<Channels>, R, D>
> => {
  const image = input as Shape
  checkImage('residualDown', image, channels.length)
  const width = channels.at(-1) ?? image[0]!
  return networkOf(
    image,
    stack([
      { layer: convDown(image as [number, number, number], channels as Shape as number[]) },
      { layer: conv2d(width, width, { kernel: 3, padding: 1 }) },
      ...residualBlocks(width, options),
      { layer: conv2d(width, outputs, { kernel: 1 }) },
    ]),
  )
}

/**
 * The decoder of VQ-VAE: a 3 × 3 convolution to the first number of channels, residual blocks, and a transposed 4 × 4
 * convolution with stride 2 for each further one, with a ReLU between them.
 *
 * ```ts
 * const decoder = residualUp([16, 7, 7], [64, 32, 1], { hidden: 32 })
 * decoder.output // → [1, 28, 28]
 * ```
 */
export const residualUp = <
  const In extends Shape,
  W extends number,
  const Channels extends Shape,
  R extends number,
>(
  input: Guard<DoubledImage<'residualUp', In, Channels, LastOf<Channels>>, readonly [...In]>,
  channels: readonly [W, ...Channels],
  options: ResidualStackOptions<R>,
): Network<
  In,
  KnownShape<DoubledImage<'residualUp', In, Channels, LastOf<Channels>>>,
  ResidualUpParams<[W, ...Channels], W, R, FirstOf<In>>
> => {
  const image = input as Shape
  checkImage('residualUp', image, 0)
  const [width, ...further] = channels as readonly [number, ...number[]]
  const [inputs, height, wide] = image as readonly [number, number, number]
  return networkOf(
    image,
    stack([
      { layer: conv2d(inputs, width, { kernel: 3, padding: 1 }) },
      ...residualBlocks(width, options),
      { layer: convUp([width, height, wide], further) },
    ]),
  )
}
