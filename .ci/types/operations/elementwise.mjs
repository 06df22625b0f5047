import { plain, value } from '../arguments.mjs'
import { isLiteral } from '../dim.mjs'

const unaryNames = [
  'exp',
  'relu',
  'sigmoid',
  'square',
  'stopGradient',
  'silu',
  'gelu',
  'softplus',
  'tanh',
  'erf',
]
const signedNames = ['neg', 'abs', 'sign']
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
  'notEqual',
  'greaterEqual',
  'pow',
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

const logical = (name) => ({
  name,
  accepts: ({ dtype }) => dtype === 'bool',
  weight: 8,
  arguments: (x, scope) => {
    const other = value(scope.tensor(partnerOf(x.dims, scope), 'bool'))
    return scope.draw.chance(0.5) ? [value(x), other] : [other, value(x)]
  },
})

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
  ...signedNames.map((name) => ({
    ...unary(name),
    accepts: ({ dtype }) => dtype === 'f32' || dtype === 'i32',
  })),
  ...binaryNames.map(binary),
  ...['logicalAnd', 'logicalOr'].map(logical),
  { ...unary('logicalNot'), accepts: ({ dtype }) => dtype === 'bool', weight: 8 },
  {
    name: 'select',
    accepts: ({ dtype }) => dtype === 'bool',
    weight: 20,
    arguments: (x, scope) => [value(x), branchOf(x.dims, scope), branchOf(x.dims, scope)],
  },
]
