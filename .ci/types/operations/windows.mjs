import { number, plain, record, value } from '../arguments.mjs'
import { isLiteral, literal } from '../dim.mjs'
import { divisorsOf } from './axes.mjs'
import { convolvable } from './convolution.mjs'
import { hasRank } from './requirements.mjs'

/** The numbers that divide all of the given sizes. */
const commonDivisors = (dims) =>
  divisorsOf(dims[0][0]).filter((factor) => dims.every((dim) => dim[0] % factor === 0))

const pooling = (kind, axes) => ({
  name: `${kind}Pool${axes}d`,
  accepts: convolvable(axes),
  weight: 2,
  arguments: (x, { draw }) => {
    const smallest = Math.min(...x.dims.slice(2).map((dim) => dim[0]))
    const options = { kernel: number(draw.integer(1, Math.min(3, smallest))) }
    if (draw.chance(0.4)) options.stride = number(draw.integer(1, 2))
    if (draw.chance(0.3)) options.padding = plain(draw.pick(['same', 'valid']))
    return [value(x), record(options)]
  },
})

/** Pooling, and the exchange of space and channels. */
export const windows = [
  ...['max', 'avg'].flatMap((kind) => [1, 2, 3].map((axes) => pooling(kind, axes))),
  {
    name: 'upsampleNearest',
    accepts: hasRank(3, 5),
    weight: 2,
    arguments: (x, { draw }) => [value(x), number(draw.integer(1, 3))],
  },
  {
    name: 'pixelShuffle',
    accepts: (x) => convolvable(2)(x),
    weight: 2,
    arguments: (x, { draw, tensor, runs }) => {
      const factor = draw.integer(1, 2)
      const channels = literal(factor * factor * draw.integer(1, 2), runs)
      return [value(tensor(x.dims.with(1, channels))), number(factor)]
    },
  },
  {
    name: 'spaceToDepth',
    accepts: (x) => convolvable(2)(x),
    weight: 2,
    arguments: (x, { draw }) => [value(x), number(draw.pick(commonDivisors(x.dims.slice(2))))],
  },
]

const positive = (dim) => dim.every((size) => size > 0)

/** Normalization and attention. */
export const normalizations = [
  ...['layerNorm', 'rmsNorm'].map((name) => ({
    name,
    accepts: (x) => hasRank(1)(x) && x.dims.every(positive),
    arguments: (x) => [value(x)],
  })),
  {
    name: 'groupNorm',
    accepts: (x) => hasRank(2)(x) && isLiteral(x.dims[1]) && x.dims.every(positive) && x.dims[1][0] <= 64,
    weight: 2,
    arguments: (x, { draw }) => [value(x), number(draw.pick(divisorsOf(x.dims[1][0])))],
  },
  {
    name: 'batchNorm',
    accepts: (x) => hasRank(2)(x) && x.dims.every(positive),
    arguments: (x) => [value(x)],
  },
  {
    name: 'batchMoments',
    accepts: (x) => hasRank(2)(x) && x.dims.every(positive),
    arguments: (x) => [value(x)],
    write: ([x]) => `batchMoments(${x}).variance`,
  },
  {
    name: 'scaledDotProductAttention',
    accepts: (x) => hasRank(2, 4)(x) && x.dims.every(positive),
    weight: 3,
    arguments: (x, { draw, dim, tensor }) => {
      const [batch, keys] = [x.dims.slice(0, -2), dim()]
      const causal = draw.chance(0.3) ? [record({ causal: plain(true) })] : []
      return [
        value(x),
        value(tensor([...batch, keys, x.dims.at(-1)])),
        value(tensor([...batch, keys, dim()])),
        ...causal,
      ]
    },
  },
]
