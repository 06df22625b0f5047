import { type AnyTensor, HostTensor, type Shape, type Tensor, type TensorOf } from '@vae/tensor'

// HostTensor checks the size; the casts add the shape's phantom field, which does not exist at run time.

/** The tensor of bytes of shape `shape` over `data`, without a copy. Throws a `RangeError` if the sizes differ. */
export const bytesTensor = <S extends Shape>(shape: S, data: Uint8Array): TensorOf<S, 'u8'> => {
  const tensor: AnyTensor = new HostTensor(shape, 'u8', data)
  return tensor as TensorOf<S, 'u8'>
}

/** The tensor of floats of shape `shape` over `data`, without a copy. Throws a `RangeError` if the sizes differ. */
export const floatsTensor = <S extends Shape>(shape: S, data: Float32Array): Tensor<S> => {
  const tensor: AnyTensor = new HostTensor(shape, 'f32', data)
  return tensor as Tensor<S>
}
