import { cast, type Key, less, mul, type Shape, type Tensor, type TensorOf, uniform } from '@vae/tensor'

/**
 * Bytes from 0 to 255 as intensities from 0 to 1.
 *
 * ```ts
 * intensities(tensor([1, 3], [0, 51, 255], 'u8')) // → [[0, 0.2, 1]]
 * ```
 */
export const intensities = <S extends Shape>(images: TensorOf<S, 'u8'>): Tensor<S> =>
  mul(cast(images, 'f32'), 1 / 255)

/**
 * A binary image for each image of intensities from 0 to 1: each pixel is 1 with the probability of its intensity, else
 * 0. With the key of the step this is dynamic binarisation (Salakhutdinov & Murray, "On the quantitative analysis of deep
 * belief networks", ICML 2008); `binarise` of @vae/data is the static kind.
 *
 * ```ts
 * const x = intensities(batch.examples) // Tensor<[64, 784]>
 * binarised(x, key(0)).data.every((pixel) => pixel === 0 || pixel === 1) // → true
 * ```
 */
export const binarised = <S extends Shape>(x: Tensor<S>, key: Key): Tensor<S> => {
  // The guard of a shape is not decided while S is a parameter; that of a tensor is a shape.
  const noise: Tensor<S> = uniform<S>(key, x.shape as never)
  return cast(less(noise, x), 'f32')
}
