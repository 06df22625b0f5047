import { plain, value } from '../arguments.mjs'
import { axesOf } from './axes.mjs'
import { isFloat } from './requirements.mjs'

const letters = ['i', 'j', 'k', 'l', 'm', 'n', 'p', 'q']

/** The product of x with a tensor that shares some of its axes, summed over some. */
export const einsums = [
  {
    name: 'einsum',
    accepts: (x) => isFloat(x) && x.dims.length > 0 && x.dims.length < 5,
    weight: 5,
    arguments: (x, { draw, dim, tensor }) => {
      const own = letters.slice(0, x.dims.length)
      const shared = draw.some(axesOf(x))
      const added = Array.from({ length: draw.integer(0, 2) }, dim)
      const other = draw.shuffle([
        ...shared.map((axis) => [own[axis], x.dims[axis]]),
        ...added.map((one, index) => [letters[x.dims.length + index], one]),
      ])
      const all = [...new Set([...own, ...other.map(([letter]) => letter)])]
      const output = draw.shuffle(draw.some(all, 0.6)).slice(0, 4)
      const right = other.map(([letter]) => letter).join('')
      return [
        plain(`${own.join('')},${right}->${output.join('')}`),
        value(x),
        value(tensor(other.map(([, one]) => one))),
      ]
    },
  },
]
