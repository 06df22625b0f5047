import { add, key, leaves, mul, normal, type Tensor, unflatten } from '@vae/tensor'

/** A parameter tree moved by normal noise of size `scale`, so that laws are not tested where a model starts alone. */
export const moved = <P>(params: P, seed: number, scale: number): P =>
  unflatten(
    params,
    leaves(params).map(({ tensor }, index) =>
      add(tensor as Tensor<number[]>, mul(normal(key(seed * 1000 + index), tensor.shape), scale)),
    ),
  )
