import { number, numbers, sizes, value } from '../arguments.mjs'
import { elementsOf, isLiteral, literal } from '../dim.mjs'
import { axesOf, divisorsOf, eitherWay, someAxis } from './axes.mjs'
import { hasRank } from './requirements.mjs'

const isOne = (dim) => isLiteral(dim) && dim[0] === 1

/** Joins two neighbours, or parts one axis in two. Neighbours that are no literals are joined to -1. */
const regroup = (dims, { draw, runs }) => {
  const axis = draw.integer(0, Math.max(0, dims.length - 1))
  if (dims.length >= 2 && axis + 1 < dims.length && draw.chance(0.6)) {
    const pair = dims.slice(axis, axis + 2)
    const joined = pair.every(isLiteral) ? literal(pair[0][0] * pair[1][0], runs) : -1
    return dims.toSpliced(axis, 2, joined)
  }
  const own = dims[axis]
  if (own === undefined || !isLiteral(own) || own[0] === 0 || own[0] > 5000) return dims
  const part = draw.pick(divisorsOf(own[0]))
  return dims.toSpliced(axis, 1, literal(part, runs), literal(own[0] / part, runs))
}

const target = (dims, scope) => {
  const { draw } = scope
  const once = regroup(dims, scope)
  const twice = once.includes(-1) || draw.chance(0.5) ? once : regroup(once, scope)
  const zeros = twice.some((dim) => dim !== -1 && dim.includes(0))
  if (twice.includes(-1) || zeros || twice.length === 0 || draw.chance(0.6)) return twice
  return twice.with(draw.integer(0, twice.length - 1), -1)
}

/** Operations that move elements. */
export const structure = [
  {
    name: 'reshape',
    accepts: () => true,
    weight: 6,
    arguments: (x, scope) => [value(x), sizes(target(x.dims, scope))],
  },
  {
    name: 'permute',
    accepts: () => true,
    weight: 4,
    arguments: (x, { draw }) => [
      value(x),
      numbers(draw.shuffle(axesOf(x)).map((axis) => eitherWay(axis, x.dims.length, draw))),
    ],
  },
  { name: 'transpose', accepts: (x) => x.dims.length >= 2, weight: 3, arguments: (x) => [value(x)] },
  {
    name: 'broadcastTo',
    accepts: ({ dims }) => dims.length < 4 && elementsOf(dims) < 500,
    weight: 3,
    arguments: (x, { draw, dim }) => {
      const grown = x.dims.map((own) => (isLiteral(own) && own[0] === 1 && draw.chance(0.6) ? dim() : own))
      return [value(x), sizes(draw.chance(0.5) ? [dim(), ...grown] : grown)]
    },
  },
  {
    name: 'squeeze',
    accepts: ({ dims }) => dims.some((dim) => isOne(dim)),
    weight: 3,
    arguments: (x, { draw }) => {
      const ones = draw.some(axesOf(x).filter((axis) => isOne(x.dims[axis])))
      return [value(x), numbers(ones.map((axis) => eitherWay(axis, x.dims.length, draw)))]
    },
  },
  {
    name: 'expandDims',
    accepts: ({ dims }) => dims.length < 5,
    weight: 2,
    arguments: (x, { draw }) => [value(x), number(draw.integer(-x.dims.length - 1, x.dims.length))],
  },
  {
    name: 'swapAxes',
    accepts: ({ dims }) => dims.length > 0,
    weight: 2,
    arguments: (x, { draw }) => [
      value(x),
      number(someAxis(x, draw).written),
      number(someAxis(x, draw).written),
    ],
  },
]

/** The matrix product, with batches that broadcast. */
export const products = [
  {
    name: 'matmul',
    accepts: hasRank(2, 4),
    weight: 8,
    arguments: (x, { draw, dim, tensor, one }) => {
      const batch = x.dims.slice(0, -2).map((own) => (draw.chance(0.3) ? one : own))
      const shown = draw.chance(0.5) ? [] : batch
      return draw.chance(0.7)
        ? [value(x), value(tensor([...shown, x.dims.at(-1), dim()]))]
        : [value(tensor([...shown, dim(), x.dims.at(-2)])), value(x)]
    },
  },
]
