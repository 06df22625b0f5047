import { type Guard, relu, type Shape, type UnaryOperation } from '@vae/tensor'
import { conv2d, convTranspose2d } from '../layers/conv.ts'
import type { ConvParams } from '../layers/conv-types.ts'
import { checkImage, type DoubledImage, type HalvedImage } from './halving.ts'
import { type KnownShape, type Network, networkOf } from './network.ts'
import type { FirstOf, LastOf } from './sizes.ts'
import { type Part, type Stage, stack } from './stack.ts'

/** The parameters of 4 × 4 convolutions between the given numbers of channels. */
export type ConvDownParams<Channels> = Channels extends readonly [
  infer I extends number,
  infer O extends number,
  ...infer Rest,
]
  ? [ConvParams<[O, I, 4, 4], O>, ...ConvDownParams<[O, ...Rest]>]
  : Channels extends readonly [number]
    ? []
    : ConvParams<number[], number>[]

/** The parameters of transposed 4 × 4 convolutions between the given numbers of channels. */
export type ConvUpParams<Channels> = Channels extends readonly [
  infer I extends number,
  infer O extends number,
  ...infer Rest,
]
  ? [ConvParams<[I, O, 4, 4], O>, ...ConvUpParams<[O, ...Rest]>]
  : Channels extends readonly [number]
    ? []
    : ConvParams<number[], number>[]

/** How a stack of convolutions is built. */
export interface ConvStackOptions {
  /** `relu` unless given. */
  readonly activation?: UnaryOperation
}

/** Every layer halves, or doubles, height and width. */
const window = { kernel: 4, stride: 2, padding: 1 } as const

/** The stages of a stack between the given numbers of channels; `last` is what follows the last one. */
const stages = (
  layerOf: (inputs: number, outputs: number) => Part,
  channels: Shape,
  activation: UnaryOperation,
  last: UnaryOperation | undefined,
): Stage[] =>
  channels.slice(1).map((outputs, index) => ({
    layer: layerOf(channels[index]!, outputs),
    after: index < channels.length - 2 ? activation : last,
  }))

/**
 * An encoder of images: a 4 × 4 convolution with stride 2 for each number of channels, each with an activation. Every
 * one halves height and width.
 *
 * ```ts
 * const encoder = convDown([1, 28, 28], [32, 64])
 * encoder.output // → [64, 7, 7]
 * ```
 *
 * An image size that the strides do not divide does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * convDown([1, 28, 28], [32, 64, 128])
 * // error: convDown: strides of 2 do not divide [1, 28, 28]: 7 is odd
 * ```
 */
export const convDown = <const In extends Shape, const Channels extends Shape>(
  input: Guard<HalvedImage<'convDown', In, Channels, LastOf<Channels>>, readonly [...In]>,
  channels: readonly [...Channels],
  { activation = relu }: ConvStackOptions = {},
): Network<
  In,
  KnownShape<HalvedImage<'convDown', In, Channels, LastOf<Channels>>>,
  ConvDownParams<[FirstOf<In>, ...Channels]>
> => {
  const image = input as Shape
  checkImage('convDown', image, channels.length)
  const down = (inputs: number, outputs: number) => conv2d(inputs, outputs, window)
  return networkOf(image, stack(stages(down, [image[0]!, ...channels], activation, activation)))
}

/**
 * A decoder to images: a transposed 4 × 4 convolution with stride 2 for each number of channels, with an activation
 * between them. Every one doubles height and width.
 *
 * ```ts
 * const decoder = convUp([64, 7, 7], [32, 1])
 * decoder.output // → [1, 28, 28]
 * ```
 */
export const convUp = <const In extends Shape, const Channels extends Shape>(
  input: Guard<DoubledImage<'convUp', In, Channels, LastOf<Channels>>, readonly [...In]>,
  channels: readonly [...Channels],
  { activation = relu }: ConvStackOptions = {},
): Network<
  In,
  KnownShape<DoubledImage<'convUp', In, Channels, LastOf<Channels>>>,
  ConvUpParams<[FirstOf<In>, ...Channels]>
> => {
  const image = input as Shape
  checkImage('convUp', image, 0)
  const up = (inputs: number, outputs: number) => convTranspose2d(inputs, outputs, window)
  return networkOf(image, stack(stages(up, [image[0]!, ...channels], activation, undefined)))
}
