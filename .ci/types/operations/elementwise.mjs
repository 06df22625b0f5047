import { plain, value } from '../arguments.mjs'
import { isLiteral } from '../dim.mjs'

const unaryNames = ['exp', 'neg', 'relu', 'sigmoid', 'square', 'stopGradient', 'silu', 'gelu', 'softplus']
const binaryNames = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'less',
  'lessEqual',
  'equal',
  'greater',
]

const unary = (name) => ({ name, arguments: (x) => [value(x)] })

/** Dimensions that broadcast with `dims`: some are 1 or were 1, some of the first are missing or new. */
const partnerOf = (dims, { draw, dim, one }) => {
  const aligned = dims.map((own) =>
    draw.chance(0.25) ? one : isLiteral(own) && own[0] === 1 && draw.chance(0.5) ? dim() : own,
  )
  if (draw.chance(0.3)) return aligned.slice(draw.integer(0, aligned.length))
  return draw.chance(0.2) && dims.length < 4 ? [dim(), ...aligned] : aligned
}

const binary = (name) => ({
  name,
  arguments: (x, scope) => {
    const other = scope.draw.chance(0.1) ? plain(2) : value(scope.tensor(partnerOf(x.dims, scope)))
    return scope.draw.chance(0.5) ? [value(x), other] : [other, value(x)]
  },
})

/** A branch of `select`: it broadcasts to the condition. */
const branchOf = (dims, { draw, tensor, one }) => {
  if (draw.chance(0.2)) return plain(0)
  const aligned = dims.map((own) => (draw.chance(0.25) ? one : own))
  return value(tensor(draw.chance(0.3) ? aligned.slice(draw.integer(0, aligned.length)) : aligned))
}

/** Elementwise operations with broadcasting. */
export const elementwise = [
  ...unaryNames.map(unary),
  ...binaryNames.map(binary),
  {
    name: 'select',
    accepts: ({ dtype }) => dtype === 'bool',
    weight: 20,
    arguments: (x, scope) => [value(x), branchOf(x.dims, scope), branchOf(x.dims, scope)],
  },
]
