import { number, numbers, plain, record, value } from '../arguments.mjs'
import { isLiteral } from '../dim.mjs'
import { axesOf, eitherWay, someAxis } from './axes.mjs'

const hasAxis = ({ dims, dtype }) => dims.length > 0 && dtype === 'f32'

const hasElements = (x) => hasAxis(x) && x.dims.every((dim) => dim.every((size) => size > 0))

const alongAxis = (name, more = {}) => ({
  name,
  accepts: hasAxis,
  arguments: (x, { draw }) => [value(x), number(someAxis(x, draw).written)],
  ...more,
})

/** Operations along one axis, and what orders elements. */
export const orders = [
  alongAxis('softmax', { accepts: hasElements, weight: 2 }),
  alongAxis('logSoftmax', { accepts: hasElements }),
  alongAxis('cumsum', { weight: 2 }),
  alongAxis('argmax', { accepts: hasElements }),
  alongAxis('argmin', { accepts: hasElements }),
  alongAxis('sort'),
  alongAxis('argsort', {
    arguments: (x, { draw }) => [
      value(x),
      number(someAxis(x, draw).written),
      record({ descending: plain(draw.chance(0.5)) }),
    ],
  }),
  {
    name: 'topK',
    accepts: hasAxis,
    weight: 3,
    arguments: (x, { draw }) => {
      const { axis, written } = someAxis(x, draw)
      const dim = x.dims[axis]
      return [value(x), number(isLiteral(dim) ? draw.integer(0, dim[0]) : 0), number(written)]
    },
    write: (written) => `topK(${written.join(', ')}).values`,
  },
  {
    name: 'flip',
    accepts: () => true,
    weight: 2,
    arguments: (x, { draw }) => [
      value(x),
      numbers(draw.some(axesOf(x)).map((axis) => eitherWay(axis, x.dims.length, draw))),
    ],
  },
]
