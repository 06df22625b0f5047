import { scan } from '@vae/autograd'
import {
  add,
  div,
  exp,
  expm1,
  greaterEqual,
  type Key,
  lessEqual,
  linspace,
  log,
  logSigmoid,
  maximum,
  minimum,
  mul,
  neg,
  type Shape,
  select,
  sigmoid,
  sub,
  type Tensor,
  uniform,
} from '@vae/tensor'
import { levelOf, levels } from './levels.ts'

/*
 * The logistic distribution whose mass between the edges of a level is the probability of the level: Salimans, Karpathy,
 * Chen & Kingma, "PixelCNN++" (ICLR 2017), section 2.1. Means and scales are on the scale from −1 to 1 on which its decoder
 * works: level k is at 2k/255 − 1, and its edges are 1/255 to both sides.
 */

const halfWidth = 1 / (levels - 1)

/** Kept between −7, as in PixelCNN++, where a level takes all of the mass, and 7, where all levels have the same. */
const clampLogScale = <S extends Shape>(logScale: Tensor<S>): Tensor<S> => minimum(maximum(logScale, -7), 7)

/**
 * log P(level of x). With edges p above and m below, σ(p) − σ(m) = σ(p) · σ(−m) · (1 − e^(m − p)): each factor has a
 * logarithm that is exact however small it is, so that no density has to stand for what cancels.
 */
export const levelLogProbability = <S extends Shape>(
  mean: Tensor<S>,
  rawLogScale: Tensor<S>,
  x: Tensor<S>,
): Tensor<S> => {
  const logScale = clampLogScale(rawLogScale)
  const perScale = exp(neg(logScale))
  const level = levelOf(x)
  const centred = sub(sub(mul(level, 2 * halfWidth), 1), mean)
  const belowUpper = logSigmoid(mul(add(centred, halfWidth), perScale))
  const aboveLower = logSigmoid(neg(mul(sub(centred, halfWidth), perScale)))
  const between = log(neg(expm1(mul(perScale, -2 * halfWidth))))
  // The first and the last level take the tails.
  const inner = add(add(belowUpper, aboveLower), between)
  const orFirst = select(lessEqual(level, 0), belowUpper, inner)
  return select(greaterEqual(level, levels - 1), aboveLower, orFirst)
}

/** Σₖ P(level > k) / 255 over the edges between levels: the expected intensity. */
export const expectedIntensity = <S extends Shape>(mean: Tensor<S>, rawLogScale: Tensor<S>): Tensor<S> => {
  const scale = exp(clampLogScale(rawLogScale))
  const above = (total: Tensor<S>, edge: Tensor<[]>) => ({
    carry: add(total, sigmoid(div(sub(mean, edge), scale))),
    output: edge,
  })
  // Edge by edge, as all at once would take 255 times the memory.
  const edges = linspace(halfWidth - 1, 1 - halfWidth, levels - 1)
  const none: Tensor<S> = sub(scale, scale)
  const { carry } = scan(above)(none, edges)
  return mul(carry, 1 / (levels - 1))
}

/** The level of a draw of the logistic distribution, by inversion. */
export const drawLevel = <B extends number, F extends number>(
  mean: Tensor<[B, F]>,
  rawLogScale: Tensor<[B, F]>,
  key: Key,
): Tensor<[B, F]> => {
  // The odd multiples of 2⁻²⁴ between 0 and 1: never an end, where the inverse is infinite.
  const u = add(uniform(key, [mean.shape[0], mean.shape[1]]), 2 ** -24)
  const noise = sub(log(u), log(sub(1, u)))
  const drawn = add(mean, mul(exp(clampLogScale(rawLogScale)), noise))
  return levelOf(mul(add(drawn, 1), 0.5))
}
