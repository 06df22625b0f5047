import {
  type AnyConvOptions,
  type AnyTensor,
  add,
  type ConvOptions,
  type ConvTransposeOptions,
  checkConvOptions,
  convolve,
  convolveTransposed,
  type ExactStride,
  type Guard,
  markParameters,
  type Now,
  type Over,
  type Padding,
  type PerAxis,
  reshape,
  type Spread,
  sizeOf,
  split,
  spread,
  type Tensor,
  type TransposedScales,
  type WindowScales,
} from '@vae/tensor'
import { kaimingUniform } from '../init.ts'
import { type Layer, layerOf } from '../layer.ts'
import { checkLayerSizes } from '../size.ts'
import type {
  Conv1d,
  Conv2d,
  Conv3d,
  ConvLayerProblem,
  ConvParams,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  Kernel,
} from './conv-types.ts'

type ConvLayerOptions = AnyConvOptions & Kernel<number | readonly number[]>

const convolution = (
  kind: 'conv' | 'convTranspose',
  axes: 1 | 2 | 3,
  inputs: number,
  outputs: number,
  options: ConvLayerOptions,
) => {
  const name = `${kind}${axes}d`
  const operation = kind === 'conv' ? convolve : convolveTransposed
  const { kernel, stride = 1, dilation = 1, groups = 1 } = options
  checkLayerSizes(name, { inputs, outputs })
  checkConvOptions(name, inputs, outputs, { ...options, kernel, stride, dilation, groups })
  const channels = kind === 'conv' ? [outputs, inputs / groups] : [inputs, outputs / groups]
  const shape = [...channels, ...spread(kernel, axes)]
  const fanIn = sizeOf(shape.slice(1))
  const perChannel = [outputs, ...spread(1, axes)]
  return layerOf<Layer<ConvParams<number[], number>, unknown>>({
    init: (key) => {
      const [forWeight, forBias] = split(key)
      return markParameters({
        weight: kaimingUniform(forWeight, shape, fanIn),
        bias: kaimingUniform(forBias, [outputs], fanIn),
      })
    },
    apply:
      ({ weight, bias }) =>
      (x) => {
        const y: AnyTensor = operation([name, inputs, outputs], x, weight, options)
        const shift: Tensor<number[]> = reshape(bias, perChannel)
        return add(y as Tensor<number[]>, shift)
      },
  })
}

/**
 * The layer over `axes` spatial axes. Its type is what each constructor below declares: `outputs` and `options` have
 * left their guards, and the type of a layer is beyond what can be inferred from its rank.
 */
const convLayer = (
  kind: 'conv' | 'convTranspose',
  axes: 1 | 2 | 3,
  inputs: number,
  outputs: unknown,
  options: unknown,
): never => convolution(kind, axes, inputs, outputs as number, options as ConvLayerOptions) as never

/**
 * A convolution of a sequence `[B, inputs, L]`: `conv1d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const wave = conv1d(1, 16, { kernel: 7, padding: 'causal' })
 * wave.apply(wave.init(key(0)))(zeros([8, 1, 16000])) // Tensor<[8, 16, 16000]>
 * ```
 */
export const conv1d = <
  I extends number,
  O extends number,
  const K extends PerAxis<1>,
  const S extends PerAxis<1> = 1,
  const P extends Padding<1> = 0,
  const D extends PerAxis<1> = 1,
  G extends number = 1,
  Exact extends boolean = false,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'conv1d', I, O, K, S, P, D, G>, O>,
  options: ConvOptions<S, P, D, G, Exact> & Kernel<K>,
): Conv1d<I, O, [O, Over<I, G>, ...Spread<K, 1>], WindowScales<K, S, P, D, 1>, ExactStride<Exact, S>> =>
  convLayer('conv', 1, inputs, outputs, options)

/**
 * A convolution of images `[B, inputs, H, W]`: `conv2d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const down = conv2d(3, 8, { kernel: 4, stride: 2, padding: 1 })
 * down.apply(down.init(key(0)))(zeros([128, 3, 32, 32])) // Tensor<[128, 8, 16, 16]>
 * ```
 *
 * Another number of channels does not compile, or throws a `ShapeError`; neither do groups that do not divide them.
 *
 * ```ts
 * conv2d(6, 8, { kernel: 3, groups: 4 })
 * // error: conv2d: 4 groups do not divide 6 input channels
 * ```
 */
export const conv2d = <
  I extends number,
  O extends number,
  const K extends PerAxis<2>,
  const S extends PerAxis<2> = 1,
  const P extends Padding<2> = 0,
  const D extends PerAxis<2> = 1,
  G extends number = 1,
  Exact extends boolean = false,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'conv2d', I, O, K, S, P, D, G>, O>,
  options: ConvOptions<S, P, D, G, Exact> & Kernel<K>,
): Conv2d<I, O, [O, Over<I, G>, ...Spread<K, 2>], WindowScales<K, S, P, D, 2>, ExactStride<Exact, S>> =>
  convLayer('conv', 2, inputs, outputs, options)

/**
 * A convolution of volumes or videos `[B, inputs, T, H, W]`: `conv3d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const video = conv3d(3, 8, { kernel: 3, padding: ['causal', 'same', 'same'] })
 * video.apply(video.init(key(0)))(zeros([1, 3, 4, 8, 8])) // Tensor<[1, 8, 4, 8, 8]>
 * ```
 */
export const conv3d = <
  I extends number,
  O extends number,
  const K extends PerAxis<3>,
  const S extends PerAxis<3> = 1,
  const P extends Padding<3> = 0,
  const D extends PerAxis<3> = 1,
  G extends number = 1,
  Exact extends boolean = false,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'conv3d', I, O, K, S, P, D, G>, O>,
  options: ConvOptions<S, P, D, G, Exact> & Kernel<K>,
): Conv3d<I, O, [O, Over<I, G>, ...Spread<K, 3>], WindowScales<K, S, P, D, 3>, ExactStride<Exact, S>> =>
  convLayer('conv', 3, inputs, outputs, options)

/**
 * A transposed convolution of a sequence `[B, inputs, L]`: `convTranspose1d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const up = convTranspose1d(16, 1, { kernel: 4, stride: 2, padding: 1 })
 * up.apply(up.init(key(0)))(zeros([8, 16, 100])) // Tensor<[8, 1, 200]>
 * ```
 */
export const convTranspose1d = <
  I extends number,
  O extends number,
  const K extends PerAxis<1>,
  const S extends PerAxis<1> = 1,
  const P extends Padding<1> = 0,
  const D extends PerAxis<1> = 1,
  G extends number = 1,
  const Q extends PerAxis<1> = 0,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'convTranspose1d', I, O, K, S, P, D, G, Q>, O>,
  options: ConvTransposeOptions<S, P, D, G, Q> & Kernel<K>,
): ConvTranspose1d<I, O, [I, Over<O, G>, ...Spread<K, 1>], TransposedScales<K, S, P, D, Q, 1>> =>
  convLayer('convTranspose', 1, inputs, outputs, options)

/**
 * A transposed convolution of images `[B, inputs, H, W]`: `convTranspose2d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const up = convTranspose2d(8, 3, { kernel: 4, stride: 2, padding: 1 })
 * up.apply(up.init(key(0)))(zeros([128, 8, 16, 16])) // Tensor<[128, 3, 32, 32]>
 * ```
 */
export const convTranspose2d = <
  I extends number,
  O extends number,
  const K extends PerAxis<2>,
  const S extends PerAxis<2> = 1,
  const P extends Padding<2> = 0,
  const D extends PerAxis<2> = 1,
  G extends number = 1,
  const Q extends PerAxis<2> = 0,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'convTranspose2d', I, O, K, S, P, D, G, Q>, O>,
  options: ConvTransposeOptions<S, P, D, G, Q> & Kernel<K>,
): ConvTranspose2d<I, O, [I, Over<O, G>, ...Spread<K, 2>], TransposedScales<K, S, P, D, Q, 2>> =>
  convLayer('convTranspose', 2, inputs, outputs, options)

/**
 * A transposed convolution of volumes or videos `[B, inputs, T, H, W]`: `convTranspose3d` of @vae/tensor with a kernel and a bias as parameters.
 *
 * ```ts
 * const up = convTranspose3d(8, 3, { kernel: 2, stride: 2 })
 * up.apply(up.init(key(0)))(zeros([1, 8, 2, 4, 4])) // Tensor<[1, 3, 4, 8, 8]>
 * ```
 */
export const convTranspose3d = <
  I extends number,
  O extends number,
  const K extends PerAxis<3>,
  const S extends PerAxis<3> = 1,
  const P extends Padding<3> = 0,
  const D extends PerAxis<3> = 1,
  G extends number = 1,
  const Q extends PerAxis<3> = 0,
  Moment = Now,
>(
  inputs: I,
  outputs: Guard<ConvLayerProblem<Moment, 'convTranspose3d', I, O, K, S, P, D, G, Q>, O>,
  options: ConvTransposeOptions<S, P, D, G, Q> & Kernel<K>,
): ConvTranspose3d<I, O, [I, Over<O, G>, ...Spread<K, 3>], TransposedScales<K, S, P, D, Q, 3>> =>
  convLayer('convTranspose', 3, inputs, outputs, options)
