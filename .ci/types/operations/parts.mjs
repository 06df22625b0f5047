import { list, number, pair, plain, record, value, values } from '../arguments.mjs'
import { isLiteral } from '../dim.mjs'
import { divisorsOf, someAxis } from './axes.mjs'

const hasAxis = ({ dims }) => dims.length > 0

/** x and others of its type, but for the size of one axis. */
const neighbours = (x, axis, { draw, dim, tensor }) => {
  const others = Array.from({ length: draw.integer(0, 2) }, () =>
    tensor(axis === undefined ? x.dims : x.dims.with(axis, dim()), x.dtype),
  )
  return draw.shuffle([x, ...others])
}

/** Widths that keep every size at 0 or more. */
const widthsOf = (x, mode, draw) =>
  x.dims.map((dim) => {
    const least = isLiteral(dim) && mode === 'constant' ? -Math.floor(dim[0] / 2) : 0
    const most = mode !== 'reflect' ? 3 : isLiteral(dim) ? Math.max(0, Math.min(3, dim[0] - 1)) : 0
    const width = () => (draw.chance(0.4) ? 0 : draw.integer(least, most))
    return pair([width(), width()])
  })

/** Operations that join and part tensors. */
export const parts = [
  {
    name: 'concat',
    accepts: hasAxis,
    weight: 6,
    arguments: (x, scope) => {
      const { axis, written } = someAxis(x, scope.draw)
      return [values(neighbours(x, axis, scope)), number(written)]
    },
  },
  {
    name: 'stack',
    accepts: ({ dims }) => dims.length < 5,
    weight: 3,
    arguments: (x, scope) => [
      values(neighbours(x, undefined, scope)),
      number(scope.draw.integer(-x.dims.length - 1, x.dims.length)),
    ],
  },
  {
    name: 'slice',
    accepts: hasAxis,
    weight: 5,
    arguments: (x, { draw }) => {
      const { axis, written } = someAxis(x, draw)
      const dim = x.dims[axis]
      const from = isLiteral(dim) ? draw.integer(0, dim[0]) : 0
      const to = isLiteral(dim) ? draw.integer(from, dim[0]) : 0
      const step = draw.chance(0.5) ? [] : [number(draw.integer(1, 3))]
      return [value(x), number(written), number(from), number(to), ...step]
    },
  },
  {
    name: 'split',
    accepts: (x) => hasAxis(x) && x.dims.every((dim) => isLiteral(dim) && dim[0] < 100),
    weight: 4,
    arguments: (x, { draw }) => {
      const { axis, written } = someAxis(x, draw)
      const size = x.dims[axis][0]
      return [value(x), number(size === 0 ? 1 : draw.pick(divisorsOf(size))), number(written)]
    },
    write: (written) => `split(${written.join(', ')})[0]`,
  },
  {
    name: 'pad',
    accepts: hasAxis,
    weight: 5,
    arguments: (x, { draw }) => {
      const mode = draw.pick(['constant', 'constant', 'reflect', 'replicate'])
      const options = mode === 'constant' && draw.chance(0.7) ? [] : [record({ mode: plain(mode) })]
      return [value(x), list(widthsOf(x, mode, draw)), ...options]
    },
  },
]
