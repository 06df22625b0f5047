/*
 * Models of layers with their parameters, with the exact types of what they give, and generic code without a cast. What
 * must not compile, with its message, is in the corpus of messages.
 */
import {
  add,
  type Dim,
  type Divide,
  exp,
  gelu,
  type Key,
  key,
  type Multiply,
  mul,
  relu,
  sigmoid,
  silu,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  zeros,
} from '@vae/tensor'
import { flow, pipe } from 'fp-ts/lib/function.js'
import {
  avgPool1d,
  batchNorm,
  conv1d,
  conv2d,
  conv3d,
  convTranspose2d,
  embedding,
  flatten,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  type ParamsOf,
  residual,
  rmsNorm,
  selfAttention,
  sequential,
  spatialSelfAttention,
  unflatten,
  upsample,
} from './index.ts'

/** True when A and B are the same type, and not only assignable to each other. */
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** `is<Expected>()(x)` compiles when the type of x is exactly `Expected`. */
declare const is: <E>() => <A>(a: A & (Eq<A, E> extends true ? unknown : { readonly expected: E })) => void

const images = zeros([2, 3, 32, 32])
const named = null! as Tensor<[Dim<'batch'>, 3, 32, 32]>
const unknownSizes = null! as Tensor<[number, 3, number, 32]>
const unknownRank = null! as Tensor<number[]>
const k = key(0)

// Each layer, on sizes of every kind.
const down = conv2d(3, 8, { kernel: 4, stride: 2, padding: 1 })
const apply = down.apply(down.init(k))
is<{ readonly weight: Tensor<[8, 3, 4, 4]>; readonly bias: Tensor<[8]> }['weight']>()(down.init(k).weight)
is<Tensor<[2, 8, 16, 16]>>()(apply(images))
is<Tensor<[Dim<'batch'>, 8, 16, 16]>>()(apply(named))
is<Tensor<[number, 8, number, 16]>>()(apply(unknownSizes))
is<Tensor<[number, 8, number, number]>>()(apply(unknownRank))
const anyKernel = conv2d(3, 8, { kernel: 3 as number, stride: 2 })
is<Tensor<[2, 8, number, number]>>()(anyKernel.apply(anyKernel.init(k))(images))
const uneven = conv2d(3, 8, { kernel: [3, 5], padding: [[1, 0], 'same'], dilation: [1, 2] })
is<Tensor<[2, 8, 31, 32]>>()(uneven.apply(uneven.init(k))(images))
const depthwise = conv2d(6, 12, { kernel: 3, groups: 3 })
is<Tensor<[12, 2, 3, 3]>>()(depthwise.init(k).weight)
const causal = conv1d(4, 8, { kernel: 3, dilation: 4, padding: 'causal' })
is<Tensor<[2, 8, 100]>>()(causal.apply(causal.init(k))(zeros([2, 4, 100])))
const video = conv3d(3, 8, { kernel: 3, stride: [1, 2, 2], padding: 1 })
is<Tensor<[2, 8, 5, 4, 4]>>()(video.apply(video.init(k))(zeros([2, 3, 5, 8, 8])))
const enlarge = convTranspose2d(3, 8, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 })
is<Tensor<[3, 8, 3, 3]>>()(enlarge.init(k).weight)
is<Tensor<[2, 8, 64, 64]>>()(enlarge.apply(enlarge.init(k))(images))
is<Tensor<[2, 3, 16, 16]>>()(maxPool2d(2).apply({})(images))
is<Tensor<[2, 3, 5]>>()(avgPool1d(2).apply({})(zeros([2, 3, 10])))
is<Tensor<[2, 3, 64, 64]>>()(upsample(2).apply({})(images))
is<Tensor<[2, 3072]>>()(flatten().apply({})(images))
is<Tensor<[2, 3, 32, 32]>>()(unflatten([3, 32, 32]).apply({})(zeros([2, 3072])))
is<Tensor<[2, 3, 32, 32]>>()(batchNorm(3).apply(batchNorm(3).init(k))(images))
is<Tensor<[2, 3, 32, 32]>>()(groupNorm(3, 3).apply(groupNorm(3, 3).init(k))(images))
is<Tensor<[7, 2, 8]>>()(layerNorm(8).apply(layerNorm(8).init(k))(zeros([7, 2, 8])))
is<Tensor<[7, 2, 8]>>()(rmsNorm(8).apply(rmsNorm(8).init(k))(zeros([7, 2, 8])))
const words = embedding(100, 8)
is<Tensor<[7, 2, 8]>>()(words.apply(words.init(k))(null! as TensorOf<[7, 2], 'i32'>))
const attention = selfAttention(8, { heads: 2, causal: true })
is<Tensor<[Dim<'batch'>, 5, 8]>>()(attention.apply(attention.init(k))(null! as Tensor<[Dim<'batch'>, 5, 8]>))
const spatial = spatialSelfAttention(3)
is<Tensor<[2, 3, 32, 32]>>()(spatial.apply(spatial.init(k))(images))
const wide = residual(linear(8, 16), linear(8, 16))
is<Tensor<[2, 16]>>()(wide.apply(wide.init(k))(zeros([2, 8])))

// fp-ts's pipe and flow.
is<Tensor<[2, 8, 16, 16]>>()(pipe(images, apply, relu))
const second = conv2d(8, 8, { kernel: 3, padding: 'same' })
const point = flow(apply, relu, second.apply(second.init(k)))
is<Tensor<[2, 8, 16, 16]>>()(point(images))
is<Tensor<[Dim<'batch'>, 8, 16, 16]>>()(point(named))
const dense = linear(8, 4)
const points = flow(dense.apply(dense.init(k)), relu)
is<Tensor<[2, 3, 4]>>()(points(zeros([2, 3, 8])))

// A sequence, in generic code.
const encoder = sequential([
  conv2d(1, 32, { kernel: 3, stride: 2, padding: 1 }),
  relu,
  conv2d(32, 64, { kernel: 3, stride: 2, padding: 1 }),
  relu,
  flatten(),
])
is<Tensor<[128, 3136]>>()(encoder.apply(encoder.init(k))(zeros([128, 1, 28, 28])))
is<Tensor<[number, number]>>()(encoder.apply(encoder.init(k))(unknownRank))
is<Tensor<[32]>>()(encoder.init(k)[0].bias)
export const generic =
  (params: ParamsOf<typeof encoder>) =>
  <B extends number>(x: Tensor<[B, 1, 28, 28]>): Tensor<[B, 3136]> =>
    encoder.apply(params)(x)

// A convolutional VAE.
const mean = linear(3136, 16)
const logVar = linear(3136, 16)
const decoder = sequential([
  linear(16, 3136),
  relu,
  unflatten([64, 7, 7]),
  convTranspose2d(64, 32, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }),
  relu,
  convTranspose2d(32, 1, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }),
  sigmoid,
])
export interface ConvVaeParams {
  readonly encoder: ParamsOf<typeof encoder>
  readonly mean: ParamsOf<typeof mean>
  readonly logVar: ParamsOf<typeof logVar>
  readonly decoder: ParamsOf<typeof decoder>
}
export const convVae =
  (p: ConvVaeParams) =>
  <B extends number>(x: Tensor<[B, 1, 28, 28]>, noise: Tensor<[B, 16]>) => {
    const h = encoder.apply(p.encoder)(x)
    const posterior = { mean: mean.apply(p.mean)(h), logVar: logVar.apply(p.logVar)(h) }
    const z = add(posterior.mean, mul(exp(mul(posterior.logVar, 0.5)), noise))
    const reconstruction: Tensor<[B, 1, 28, 28]> = decoder.apply(p.decoder)(z)
    return { posterior, reconstruction, error: sum(sub(x, reconstruction), [1, 2, 3]) }
  }
declare const params: ConvVaeParams
is<Tensor<[128]>>()(convVae(params)(zeros([128, 1, 28, 28]), zeros([128, 16])).error)

// Blocks that are generic in channels, height and width.
const resnet = <I extends number, O extends number>(inputs: I, outputs: O) =>
  residual(
    sequential([
      groupNorm(32, inputs),
      silu,
      conv2d(inputs, outputs, { kernel: 3, padding: 1 }),
      groupNorm(32, outputs),
      silu,
      conv2d(outputs, outputs, { kernel: 3, padding: 1 }),
    ]),
    conv2d(inputs, outputs, { kernel: 1 }),
  )
export const same = <C extends number>(channels: C) => {
  const [norm, conv] = [groupNorm(8, channels), conv2d(channels, channels, { kernel: 3, padding: 1 })]
  return (from: Key) =>
    <B extends number, H extends number, W extends number>(x: Tensor<[B, C, H, W]>): Tensor<[B, C, H, W]> =>
      add(x, pipe(x, norm.apply(norm.init(from)), silu, conv.apply(conv.init(from))))
}
is<Tensor<[4, 64, 16, 16]>>()(pipe(zeros([4, 64, 16, 16]), same(64)(k)))
export const halved = <B extends number, H extends number, W extends number>(
  x: Tensor<[B, 3, H, W]>,
): Tensor<[B, 8, Divide<H, 2>, Divide<W, 2>]> => apply(x)
export const doubled = <B extends number, H extends number, W extends number>(
  x: Tensor<[B, 3, H, W]>,
): Tensor<[B, 3, Multiply<H, 2>, Multiply<W, 2>]> => upsample(2).apply({})(x)
const stack = sequential([resnet(64, 128), maxPool2d(2), resnet(128, 64), upsample(2)])
is<Tensor<[4, 64, 16, 16]>>()(stack.apply(stack.init(k))(zeros([4, 64, 16, 16])))

// A transformer of 12 layers.
const block = sequential([
  residual(sequential([layerNorm(512), selfAttention(512, { heads: 8, causal: true })])),
  residual(sequential([layerNorm(512), linear(512, 2048), gelu, linear(2048, 512)])),
])
const transformer = sequential([
  embedding(32000, 512),
  ...([block, block, block, block, block, block] as const),
  ...([block, block, block, block, block, block] as const),
  rmsNorm(512),
  linear(512, 32000),
])
export const logits =
  (p: ParamsOf<typeof transformer>) =>
  <B extends number, T extends number>(tokens: TensorOf<[B, T], 'i32'>): Tensor<[B, T, 32000]> =>
    transformer.apply(p)(tokens)

// The decoder of Stable Diffusion's autoencoder. Rombach et al., "High-resolution image synthesis with latent diffusion
// models" (2022).
const up = <C extends number>(channels: C) =>
  sequential([upsample(2), conv2d(channels, channels, { kernel: 3, padding: 1 })])
const imageDecoder = sequential([
  conv2d(4, 4, { kernel: 1 }),
  conv2d(4, 512, { kernel: 3, padding: 1 }),
  resnet(512, 512),
  residual(sequential([groupNorm(32, 512), spatialSelfAttention(512)])),
  ...([resnet(512, 512), resnet(512, 512), resnet(512, 512), resnet(512, 512), up(512)] as const),
  ...([resnet(512, 512), resnet(512, 512), resnet(512, 512), up(512)] as const),
  ...([resnet(512, 256), resnet(256, 256), resnet(256, 256), up(256)] as const),
  ...([resnet(256, 128), resnet(128, 128), resnet(128, 128)] as const),
  groupNorm(32, 128),
  silu,
  conv2d(128, 3, { kernel: 3, padding: 1 }),
])
export const decodeImage =
  (p: ParamsOf<typeof imageDecoder>) =>
  <B extends number>(z: Tensor<[B, 4, 64, 64]>): Tensor<[B, 3, 512, 512]> =>
    imageDecoder.apply(p)(z)
is<Tensor<[2, 3, 512, 512]>>()(imageDecoder.apply(imageDecoder.init(k))(zeros([2, 4, 64, 64])))

// What a generic function cannot know is asked where it is known.
const grouped = <C extends number>(channels: C) => groupNorm(32, channels)
// @ts-expect-error 32 groups do not divide 48 channels
grouped(48).apply(grouped(48).init(k))(zeros([2, 48, 4, 4]))
export const wrongChannels = <C extends number>(x: Tensor<[2, C, 8, 8]>) =>
  // @ts-expect-error C may not be 3
  apply(x)
