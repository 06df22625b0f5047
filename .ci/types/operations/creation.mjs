import { number, plain, size, sizes, value, word } from '../arguments.mjs'
import { elementsOf, literal } from '../dim.mjs'

const dtypes = ['f32', 'i32', 'u32', 'u8', 'bool']
const numeric = ['f32', 'i32', 'u32']

/** A shape like that of x, with one size another. */
const shapeLike = (x, { draw, dim }) => {
  if (x.dims.length === 0) return sizes([dim()])
  return sizes(draw.shuffle(x.dims.with(draw.integer(0, x.dims.length - 1), dim())))
}

const isSmall = ({ dims }) => dims.length < 5 && elementsOf(dims) < 500

const ofShape = (name, more = () => []) => ({
  name,
  accepts: isSmall,
  arguments: (x, scope) => [shapeLike(x, scope), ...more(scope)],
})

/** A size for a matrix or a list: one of x, or a small one. */
const someSize = ({ dims }, { draw, runs }) =>
  size(dims.length > 0 && draw.chance(0.5) ? draw.pick(dims) : literal(draw.integer(0, 6), runs))

/** Operations that make tensors of nothing but sizes; x only lends them its own. */
export const creations = [
  ofShape('zeros'),
  ofShape('ones'),
  ofShape('full', ({ draw }) => [plain(2), word(draw.pick(dtypes), dtypes)]),
  ...['normal', 'uniform', 'randomBits'].map((name) => ({
    ...ofShape(name),
    write: ([shape]) => `${name}(key(0), ${shape})`,
  })),
  {
    name: 'arange',
    accepts: isSmall,
    arguments: (x, scope) => [someSize(x, scope), word(scope.draw.pick(numeric), numeric)],
  },
  {
    name: 'linspace',
    accepts: isSmall,
    arguments: (x, scope) => [number(0), number(1), someSize(x, scope)],
  },
  { name: 'eye', accepts: isSmall, arguments: (x, scope) => [someSize(x, scope)] },
]

const wide = ['f32', 'i32', 'u32']

/** Conversions between dtypes. */
export const conversions = [
  {
    name: 'cast',
    accepts: () => true,
    weight: 4,
    arguments: (x, { draw }) => [value(x), word(draw.pick(dtypes), dtypes)],
  },
  {
    name: 'bitcast',
    accepts: ({ dtype }) => wide.includes(dtype),
    weight: 3,
    arguments: (x, { draw }) => [value(x), word(draw.pick(wide), dtypes)],
  },
]
