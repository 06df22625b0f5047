import { list, number, pair, plain, record, sizes, value } from '../arguments.mjs'
import { isLiteral, literal } from '../dim.mjs'
import { divisorsOf } from './axes.mjs'
import { convolvable, optionsOf } from './convolution.mjs'
import { hasRank } from './requirements.mjs'

/** Few enough features for a square matrix of parameters. */
const hasFewFeatures = (x) => hasLiteralFeatures(x) && x.dims.at(-1)[0] <= 64

const hasLiteralFeatures = (x) => hasRank(1)(x) && isLiteral(x.dims.at(-1)) && x.dims.at(-1)[0] > 0

/** The layer that an expression makes, with new parameters, applied to x. */
const applied = (layer, x) => `${layer}.apply(${layer}.init(key(0)))(${x})`

/** A layer whose call takes all arguments but the last, which is x. */
const layer = (name, entry) => ({
  name,
  isLayer: true,
  write: (written) => applied(`layers.${name}(${written.slice(0, -1).join(', ')})`, written.at(-1)),
  ...entry,
})

const convolution = (axes, transposed) =>
  layer(transposed ? `convTranspose${axes}d` : `conv${axes}d`, {
    accepts: convolvable(axes),
    weight: 3,
    arguments: (x, { draw }) => {
      const smallest = Math.min(...x.dims.slice(2).map((dim) => dim[0]))
      const kernel = number(transposed ? draw.integer(1, 3) : draw.integer(1, Math.min(3, smallest)))
      const options = optionsOf(
        transposed ? ['stride', 'padding', 'outputPadding'] : ['stride', 'padding'],
        draw,
      )
      return [number(x.dims[1][0]), number(draw.integer(1, 4)), record({ kernel, ...options }), value(x)]
    },
  })

/** A sequence of dense layers with activations; what a corrupted number breaks is a size inside. */
const sequence = {
  accepts: hasLiteralFeatures,
  weight: 6,
  arguments: (x, { draw }) => {
    const widths = Array.from({ length: draw.integer(1, 3) }, () => draw.integer(1, 6))
    const ends = [x.dims.at(-1)[0], ...widths]
    return [list(widths.map((width, index) => pair([ends[index], width], 1))), value(x)]
  },
  write: ([sizes, x]) => {
    const entries = JSON.parse(sizes).map((pair) => `layers.linear(${pair.join(', ')})`)
    return applied(`layers.sequential([${entries.join(', relu, ')}])`, x)
  },
}

/** A sequence of convolutions that keep the size. */
const imageSequence = {
  accepts: convolvable(2),
  weight: 3,
  arguments: (x, { draw }) => {
    const widths = Array.from({ length: draw.integer(1, 3) }, () => draw.integer(1, 4))
    const ends = [x.dims[1][0], ...widths]
    const pairs = widths.map((width, index) => pair([ends[index], width], 1))
    return [list(pairs), plain('same'), value(x)]
  },
  write: ([sizes, padding, x]) => {
    const entries = JSON.parse(sizes).map(
      ([inputs, outputs]) => `layers.conv2d(${inputs}, ${outputs}, { kernel: 3, padding: ${padding} })`,
    )
    return applied(`layers.sequential([${entries.join(', relu, ')}])`, x)
  },
}

const pooling = (name, axes) =>
  layer(`${name}${axes}d`, {
    accepts: convolvable(axes),
    arguments: (x, { draw }) => {
      const smallest = Math.min(...x.dims.slice(2).map((dim) => dim[0]))
      const kernel = number(draw.integer(1, Math.min(3, smallest)))
      return [kernel, record(optionsOf(['stride', 'exact'], draw)), value(x)]
    },
  })

/** Layers with their parameters. */
export const layers = [
  layer('linear', {
    accepts: hasLiteralFeatures,
    weight: 6,
    arguments: (x, { draw }) => [number(x.dims.at(-1)[0]), number(draw.integer(1, 6)), value(x)],
  }),
  ...[1, 2, 3].flatMap((axes) => [convolution(axes, false), convolution(axes, true)]),
  ...['layerNorm', 'rmsNorm'].map((name) =>
    layer(name, {
      accepts: hasLiteralFeatures,
      arguments: (x) => [number(x.dims.at(-1)[0]), value(x)],
    }),
  ),
  layer('groupNorm', {
    accepts: (x) => convolvable(1)(x) || convolvable(2)(x),
    weight: 2,
    arguments: (x, { draw }) => {
      const channels = x.dims[1][0]
      return [number(draw.pick(divisorsOf(channels))), number(channels), value(x)]
    },
  }),
  layer('batchNorm', {
    accepts: (x) => convolvable(1)(x) || convolvable(2)(x),
    arguments: (x) => [number(x.dims[1][0]), value(x)],
  }),
  ...['maxPool', 'avgPool'].flatMap((name) => [1, 2, 3].map((axes) => pooling(name, axes))),
  layer('embedding', {
    accepts: ({ dtype, dims }) => dtype === 'i32' && dims.length < 4,
    weight: 4,
    arguments: (x, { draw }) => [number(draw.integer(1, 6)), number(draw.integer(1, 6)), value(x)],
  }),
  layer('unflatten', {
    accepts: hasFewFeatures,
    weight: 3,
    arguments: (x, { draw, runs }) => {
      const features = x.dims.at(-1)[0]
      const first = draw.pick(divisorsOf(features))
      return [sizes([literal(first, runs), literal(features / first, runs)]), value(x)]
    },
  }),
  layer('spatialSelfAttention', {
    accepts: (x) => convolvable(2)(x),
    arguments: (x) => [number(x.dims[1][0]), value(x)],
  }),
  layer('selfAttention', {
    accepts: (x) => hasRank(3, 3)(x) && hasFewFeatures(x),
    weight: 3,
    arguments: (x, { draw }) => {
      const features = x.dims[2][0]
      return [number(features), record({ heads: number(draw.pick(divisorsOf(features))) }), value(x)]
    },
  }),
  layer('upsample', {
    accepts: hasRank(3, 5),
    arguments: (x, { draw }) => [number(draw.integer(1, 3)), value(x)],
  }),
  layer('flatten', { accepts: hasRank(2, 5), arguments: (x) => [value(x)] }),
  layer('residual', {
    accepts: hasFewFeatures,
    weight: 2,
    arguments: (x) => [pair([x.dims.at(-1)[0], x.dims.at(-1)[0]], 1), value(x)],
    write: ([sizes, x]) => applied(`layers.residual(layers.linear(${sizes.slice(1, -1)}))`, x),
  }),
  layer('sequential', sequence),
  layer('sequential', imageSequence),
]
