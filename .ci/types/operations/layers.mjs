import { number, value } from '../arguments.mjs'
import { isLiteral } from '../dim.mjs'
import { hasRank } from './requirements.mjs'

const hasLiteralFeatures = (x) => hasRank(1)(x) && isLiteral(x.dims.at(-1)) && x.dims.at(-1)[0] > 0

/** Layers with their parameters. */
export const layers = [
  {
    name: 'linear',
    accepts: hasLiteralFeatures,
    weight: 8,
    arguments: (x, { draw }) => [number(x.dims.at(-1)[0], 1), number(draw.integer(1, 6), 1), value(x)],
    write: ([inputs, outputs, x]) =>
      `linear(${inputs}, ${outputs}).apply(linear(${inputs}, ${outputs}).init(key(0)))(${x})`,
  },
]
