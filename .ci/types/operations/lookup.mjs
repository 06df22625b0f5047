import { number, value } from '../arguments.mjs'
import { literal } from '../dim.mjs'
import { someAxis } from './axes.mjs'

const hasAxis = ({ dims }) => dims.length > 0 && dims.length < 5

/** Indices of a random shape. */
const indices = ({ draw, dim, tensor }) => tensor(Array.from({ length: draw.integer(0, 2) }, dim), 'i32')

/** Operations that read and write at indices. */
export const lookups = [
  {
    name: 'gather',
    accepts: hasAxis,
    weight: 3,
    arguments: (x, scope) => [value(x), value(indices(scope)), number(someAxis(x, scope.draw).written)],
  },
  {
    name: 'takeAlong',
    accepts: hasAxis,
    weight: 3,
    arguments: (x, { draw, dim, tensor }) => {
      const { axis, written } = someAxis(x, draw)
      return [value(x), value(tensor(x.dims.with(axis, dim()), 'i32')), number(written)]
    },
  },
  {
    name: 'scatterAdd',
    accepts: (x) => hasAxis(x) && x.dtype === 'f32',
    weight: 3,
    arguments: (x, scope) => {
      const { axis, written } = someAxis(x, scope.draw)
      const places = indices(scope)
      const updates = scope.tensor(x.dims.toSpliced(axis, 1, ...places.dims))
      return [value(x), value(places), value(updates), number(written)]
    },
  },
  {
    name: 'oneHot',
    accepts: ({ dtype, dims }) => dtype === 'i32' && dims.length < 4,
    weight: 4,
    arguments: (x, { draw }) => [value(x), number(draw.integer(0, 6))],
  },
  {
    name: 'embed',
    accepts: ({ dtype, dims }) => dtype === 'i32' && dims.length < 4,
    weight: 4,
    arguments: (x, { draw, dim, tensor, runs }) => [
      value(tensor([literal(draw.integer(1, 6), runs), dim()])),
      value(x),
    ],
  },
]
