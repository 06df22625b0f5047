import { type AnyTensor, bind, type PrimitiveParameters, specOf } from '@vae/tensor'
import type { BatchingContext } from './batching.ts'

type Conv = PrimitiveParameters['conv']

/** The empty batch of convolutions: there are no groups of it. */
const none = (operands: readonly AnyTensor[], batched: readonly boolean[], parameters: Conv): AnyTensor => {
  const examples = operands.map(({ shape, dtype }, index) => ({
    dtype,
    shape: batched[index] ? shape.slice(1) : shape,
  }))
  const { shape, dtype } = specOf('conv', examples, parameters)
  return bind('fill', [], { value: 0, shape: [0, ...shape], dtype })
}

/** Axes 0 and 1 as one. */
const merge = (x: AnyTensor): AnyTensor =>
  bind('reshape', [x], { shape: [x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)] })

const exchange = (x: AnyTensor): AnyTensor =>
  bind('permute', [x], { axes: [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)] })

/** An axis as `size` blocks of it. */
const split = (x: AnyTensor, axis: 0 | 1, size: number): AnyTensor => {
  const shape = [...x.shape.slice(0, axis), size, x.shape[axis]! / size, ...x.shape.slice(axis + 1)]
  return bind('reshape', [x], { shape })
}

/**
 * A batch of convolutions is one convolution with groups: of the batch where the batch is grouped already, else of
 * features. Where only the input has a batch, it joins the examples.
 */
export const batchConv = ({ operands, batched, size, parameters }: BatchingContext<'conv'>): AnyTensor => {
  if (size === 0) return none(operands, batched, parameters)
  if (!batched[1] && parameters.batchGroups === 1)
    return split(bind('conv', [merge(operands[0]), operands[1]], parameters), 0, size)
  const repeated = (index: 0 | 1): AnyTensor => {
    const x = operands[index]
    return batched[index] ? x : bind('broadcastTo', [x], { shape: [size, ...x.shape] })
  }
  const kernels = merge(repeated(1))
  if (parameters.batchGroups > 1) {
    const batchGroups = size * parameters.batchGroups
    const result = bind('conv', [merge(repeated(0)), kernels], { ...parameters, batchGroups })
    return exchange(split(result, 1, size))
  }
  const featureGroups = size * parameters.featureGroups
  const examplesFirst = exchange(repeated(0))
  const [n, , c, ...rest] = examplesFirst.shape as [number, number, number, ...number[]]
  const features = bind('reshape', [examplesFirst], { shape: [n, size * c, ...rest] })
  return exchange(split(bind('conv', [features, kernels], { ...parameters, featureGroups }), 1, size))
}
