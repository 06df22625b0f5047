import { bind, type PrimitiveParameters, type Shape } from '@vae/tensor'
import type { T } from './vjp.ts'

/*
 * Both gradients of a convolution are convolutions. They follow from reading
 * out[i] = Σ_k padded[i · stride + k · rhsDilation] · kernel[k] as a sum over i, or over k.
 */

type Conv = PrimitiveParameters['conv']

/** Sizes after `dilation − 1` zeros went between the elements. */
const dilated = (sizes: Shape, dilation: readonly number[]): number[] =>
  sizes.map((size, axis) => (size === 0 ? 0 : (size - 1) * dilation[axis]! + 1))

const conv = (input: T, kernel: T, parameters: Conv): T => bind('conv', [input, kernel], parameters) as T
const reshape = (x: T, shape: Shape): T => bind('reshape', [x], { shape }) as T
const permute = (x: T, axes: readonly number[]): T => bind('permute', [x], { axes }) as T

/** Axes 0 and 1 exchanged. */
const exchange = (x: T): T => permute(x, [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)])

/** [G · A, B, …] → [G · B, A, …]: axes 0 and 1 exchanged within each of G groups of axis 0. */
const exchangeInGroups = (x: T, groups: number): T => {
  const [ga, b, ...rest] = x.shape as [number, number, ...number[]]
  const split = reshape(x, [groups, ga / groups, b, ...rest])
  const exchanged = permute(split, [0, 2, 1, ...rest.map((_, axis) => axis + 3)])
  return reshape(exchanged, [groups * b, ga / groups, ...rest])
}

/** Groups of axis 1 become groups of axis 0: [A, G · B, …] → [G · A, B, …]. */
const groupsToBatch = (x: T, groups: number): T => {
  const [a, gb, ...rest] = x.shape as [number, number, ...number[]]
  const split = reshape(x, [a, groups, gb / groups, ...rest])
  const moved = permute(split, [1, 0, 2, ...rest.map((_, axis) => axis + 3)])
  return reshape(moved, [groups * a, gb / groups, ...rest])
}

/** The cotangent of the input, whose shape is `input`. */
export const convInputGradient = (cotangent: T, input: Shape, kernel: T, p: Conv): T => {
  const groups = Math.max(p.featureGroups, p.batchGroups)
  const window = dilated(kernel.shape.slice(2), p.rhsDilation)
  const wide = dilated(input.slice(2), p.lhsDilation)
  const seen = dilated(cotangent.shape.slice(2), p.stride)
  const low = window.map((size, axis) => size - 1 - p.low[axis]!)
  const high = wide.map((size, axis) => size + window[axis]! - 1 - seen[axis]! - low[axis]!)
  const spatial = window.map((_, axis) => axis + 2)
  const mirrored = exchangeInGroups(bind('flip', [kernel], { axes: spatial }) as T, groups)
  const gradient = conv(cotangent, mirrored, {
    stride: p.lhsDilation,
    low,
    high,
    lhsDilation: p.stride,
    rhsDilation: p.rhsDilation,
    featureGroups: groups,
    batchGroups: 1,
  })
  return p.batchGroups > 1 ? groupsToBatch(gradient, p.batchGroups) : gradient
}

/** The cotangent of the kernel, whose shape is `kernel`. */
export const convKernelGradient = (cotangent: T, input: T, kernel: Shape, p: Conv): T => {
  const window = dilated(kernel.slice(2), p.rhsDilation)
  const wide = dilated(input.shape.slice(2), p.lhsDilation)
  const seen = dilated(cotangent.shape.slice(2), p.stride)
  const high = window.map((size, axis) => seen[axis]! + size - 1 - wide[axis]! - p.low[axis]!)
  // Examples take the place of features, and so do their groups.
  const gradient = conv(exchange(input), exchange(cotangent), {
    stride: p.rhsDilation,
    low: p.low,
    high,
    lhsDilation: p.lhsDilation,
    rhsDilation: p.stride,
    featureGroups: p.batchGroups,
    batchGroups: p.featureGroups,
  })
  return exchange(gradient)
}
