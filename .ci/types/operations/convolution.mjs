import { number, plain, record, value } from '../arguments.mjs'
import { isLiteral, literal } from '../dim.mjs'
import { divisorsOf } from './axes.mjs'
import { hasRank } from './requirements.mjs'

const isSmall = (dim) => isLiteral(dim) && dim[0] >= 1 && dim[0] <= 64

/** Whether a convolution over `axes` axes may be applied. */
export const convolvable = (axes) => (x) =>
  hasRank(axes + 2, axes + 2)(x) &&
  x.dims[1].every((size) => size > 0 && size <= 64) &&
  x.dims.slice(1).every(isSmall)

const paddings = [plain('same'), plain('valid'), plain('causal'), number(0), number(1), number(2)]

/** Some of the named options of a convolution. */
export const optionsOf = (names, draw) => {
  const choices = {
    stride: () => number(draw.integer(1, 3)),
    padding: () => draw.pick(paddings),
    dilation: () => number(draw.integer(1, 2)),
    exact: () => plain(draw.chance(0.5)),
    outputPadding: () => number(draw.integer(0, 1)),
  }
  return Object.fromEntries(draw.some(names, 0.4).map((name) => [name, choices[name]()]))
}

/** Kernels that fit channels and groups, with windows no larger than the input. */
const convolution = (axes) => ({
  name: `conv${axes}d`,
  accepts: convolvable(axes),
  weight: 6,
  arguments: (x, { draw, tensor, runs }) => {
    const channels = x.dims[1][0]
    const groups = draw.chance(0.7) ? 1 : draw.pick(divisorsOf(channels))
    const window = x.dims.slice(2).map((dim) => literal(draw.integer(1, Math.min(3, dim[0])), runs))
    const kernel = [literal(groups * draw.integer(1, 3), runs), literal(channels / groups, runs), ...window]
    const options = optionsOf(['stride', 'padding', 'exact'], draw)
    if (groups !== 1) options.groups = number(groups)
    return [value(x), value(tensor(kernel)), record(options)]
  },
})

const transposedConvolution = (axes) => ({
  name: `convTranspose${axes}d`,
  accepts: convolvable(axes),
  weight: 4,
  arguments: (x, { draw, tensor, runs }) => {
    const window = x.dims.slice(2).map(() => literal(draw.integer(1, 3), runs))
    const kernel = [x.dims[1], literal(draw.integer(1, 3), runs), ...window]
    return [
      value(x),
      value(tensor(kernel)),
      record(optionsOf(['stride', 'padding', 'dilation', 'outputPadding'], draw)),
    ]
  },
})

/** Convolutions and their transposes. */
export const convolutions = [1, 2, 3].flatMap((axes) => [convolution(axes), transposedConvolution(axes)])
