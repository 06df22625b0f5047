import type { DiagonalGaussian } from '@vae/models'
import {
  add,
  broadcastTo,
  div,
  exp,
  type Key,
  matmul,
  mul,
  normal,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@vae/tensor'

/*
 * The linear Gaussian model, of which everything is known: z ~ N(0, I), x | z ~ N(W z, σ² I), so x ~ N(0, W Wᵀ + σ² I).
 * It is probabilistic principal component analysis: M. Tipping, C. Bishop, JRSS B 61 (1999). Here z has two dimensions
 * and x three.
 */

/** The transpose of W, `[2, 3]`. */
export type LinearParams = { readonly w: Tensor<[2, 3]> }

export const noiseVariance = 0.3

export const linearParams: LinearParams = { w: tensor([2, 3], [0.9, -0.4, 0.2, 0.3, 0.8, -0.5]) }

const log2Pi = Math.log(2 * Math.PI)

/** log N(x; mean, variance) summed over the last axis of `[R, N]`. */
const gaussianLogDensity = (x: Tensor<[number, number]>, mean: Tensor<[number, number]>, variance: number) =>
  sum(mul(add(div(square(sub(x, mean)), variance), log2Pi + Math.log(variance)), -0.5), [1])

export const logPrior = (z: Tensor<[number, 2]>): Tensor<[number]> =>
  sum(mul(add(square(z), log2Pi), -0.5), [1])

export const logLikelihood = (
  { w }: LinearParams,
  x: Tensor<[number, 3]>,
  z: Tensor<[number, 2]>,
): Tensor<[number]> => gaussianLogDensity(x, matmul(z, w), noiseVariance)

/** A posterior that is nearly right: the exact mean with a variance of its own, without correlations. */
export const encode = ({ w }: LinearParams, x: Tensor<[number, 3]>): DiagonalGaussian<number, 2> => {
  const mean = mul(matmul(x, transpose(w)), 0.75)
  return { mean, logVar: broadcastTo(tensor([1, 1], [Math.log(0.35)]), [x.shape[0], 2]) }
}

/** log p(x, z) − log q(z | x) for the noise `[K, B, 2]` of K samples of each example, `[K, B]`. */
export const logWeightsOf = (
  params: LinearParams,
  x: Tensor<[number, 3]>,
  { mean, logVar }: DiagonalGaussian<number, 2>,
  noise: Tensor<[number, number, 2]>,
): Tensor<[number, number]> => {
  const [k, b] = noise.shape
  const z = reshape(add(mul(noise, exp(mul(logVar, 0.5))), mean), [k * b, 2])
  const repeated = reshape(broadcastTo(reshape(x, [1, b, 3]), [k, b, 3]), [k * b, 3])
  const logJoint = reshape(add(logPrior(z), logLikelihood(params, repeated, z)), [k, b])
  const logPosterior = sum(mul(add(add(square(noise), logVar), log2Pi), -0.5), [2])
  return sub(logJoint, logPosterior)
}

/** log p(x) of each row of `x`, by the Gaussian density with covariance W Wᵀ + σ² I, in f64. */
export const exactLogLikelihoods = ({ w }: LinearParams, x: Tensor<[number, 3]>): Float64Array => {
  const covariance = [0, 1, 2].map((i) =>
    [0, 1, 2].map(
      (j) => w.data[i]! * w.data[j]! + w.data[3 + i]! * w.data[3 + j]! + (i === j ? noiseVariance : 0),
    ),
  )
  const minor = (i: number, j: number): number => {
    const [a, b] = [0, 1, 2].filter((row) => row !== i)
    const [c, d] = [0, 1, 2].filter((column) => column !== j)
    return covariance[a!]![c!]! * covariance[b!]![d!]! - covariance[a!]![d!]! * covariance[b!]![c!]!
  }
  const cofactor = (i: number, j: number): number => (-1) ** (i + j) * minor(i, j)
  const determinant = [0, 1, 2].reduce((total, j) => total + covariance[0]![j]! * cofactor(0, j), 0)
  return Float64Array.from({ length: x.shape[0] }, (_, row) => {
    const at = (i: number): number => x.data[row * 3 + i]!
    let quadratic = 0
    for (const i of [0, 1, 2])
      for (const j of [0, 1, 2]) quadratic += (at(i) * at(j) * cofactor(i, j)) / determinant
    return -0.5 * (quadratic + Math.log(determinant) + 3 * log2Pi)
  })
}

/** Examples that the model itself generates. */
export const drawExamples = ({ w }: LinearParams, key: Key, count: number): Tensor<[number, 3]> => {
  const noise = normal(key, [count, 5]).data
  return tensor(
    [count, 3],
    Float32Array.from({ length: count * 3 }, (_, index) => {
      const [row, i] = [Math.floor(index / 3) * 5, index % 3]
      return (
        noise[row]! * w.data[i]! +
        noise[row + 1]! * w.data[3 + i]! +
        Math.sqrt(noiseVariance) * noise[row + 2 + i]!
      )
    }),
  )
}

/** Rows of a tensor as batches of `size`, the last one padded with garbage of weight 0. */
export const batchesOf = <F extends number>(rows: Tensor<[number, F]>, size: number) => {
  const [count, features] = rows.shape
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => {
    const data = new Float32Array(size * features).fill(9)
    data.set(rows.data.subarray(index * size * features, (index + 1) * size * features))
    const weights = Array.from({ length: size }, (_, row) => (index * size + row < count ? 1 : 0))
    return { x: tensor([size, features], data) as Tensor<[number, F]>, weights: tensor([size], weights) }
  })
}
