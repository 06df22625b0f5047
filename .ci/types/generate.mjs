import * as fc from 'fast-check'
import { writeArgument } from './arguments.mjs'
import { corrupt, sameType } from './corrupt.mjs'
import { assignments, elementsOf, isLiteral, literal, nameOf, sameDim } from './dim.mjs'
import { drawFrom } from './draw.mjs'
import { operations } from './operations/table.mjs'
import { abstractTensor, concreteTensor, evaluate, evaluateAbstract } from './run.mjs'

/** What a generated program is about: which kinds of dimension its inputs have. */
const kinds = [
  'literal',
  'literal',
  'literal',
  'literal',
  'literal',
  'literal',
  'literal',
  'named',
  'named',
  'unknown',
]

const allNames = Object.keys(assignments)
const smallSizes = [1, 2, 2, 3, 3, 4, 4, 5, 6]
const largeSizes = [1, 2, 3, 8, 10, 16, 28, 32, 64, 100, 128, 400, 512, 784, 999, 1024, 4096]

/** Elements of a tensor at most, with and without real elements. */
const mostElements = { small: 500, large: 2 ** 31 }

/** Thrown where a tensor that an operation asks for cannot be made. */
class Unavailable extends Error {}

/** What operations draw from while a program grows. */
const newScope = (draw) => {
  const kind = draw.pick(kinds)
  const large = kind === 'literal' && draw.chance(0.4)
  const names = kind === 'literal' ? [] : allNames.slice(0, draw.integer(1, allNames.length))
  const runs = kind === 'literal' ? 1 : assignments[allNames[0]].length
  const limit = large ? mostElements.large : mostElements.small
  const values = []
  const inputs = []
  const environments = Array.from({ length: runs }, (_, run) => ({
    abstract: {},
    concrete: large || run > 0 ? undefined : {},
  }))

  const size = () => (draw.chance(0.02) ? 0 : draw.pick(large ? largeSizes : smallSizes))
  const dim = () =>
    names.length > 0 && draw.chance(0.4) ? assignments[draw.pick(names)] : literal(size(), runs)

  const enter = (name, dims, dtype) => {
    values.push({ name, dims, dtype })
    for (const [run, { abstract, concrete }] of environments.entries()) {
      const shape = dims.map((one) => one[run])
      abstract[name] = abstractTensor(shape, dtype)
      if (concrete !== undefined) concrete[name] = concreteTensor(shape, dtype)
    }
    return values.at(-1)
  }

  const declare = (dims, dtype) => {
    if (dims.some((one) => !isLiteral(one) && nameOf(one, names) === undefined)) throw new Unavailable()
    if (dims.length > 5 || elementsOf(dims) > limit) throw new Unavailable()
    const name = `x${inputs.length}`
    const rankUnknown = kind === 'unknown' && draw.chance(0.15)
    inputs.push({ name, dims, dtype, rankUnknown })
    return enter(name, dims, dtype)
  }

  /** A tensor of a type: one that exists, or a new input. */
  const tensor = (dims, dtype = 'f32') => {
    const known = values.filter((one) => sameType(one, { dims, dtype }))
    return known.length > 0 && draw.chance(0.4) ? draw.pick(known) : declare(dims, dtype)
  }

  /** A dimension as an expression. */
  const writeDim = (wanted) => {
    if (isLiteral(wanted)) return `${wanted[0]}`
    for (const { name, dims } of kind === 'named' ? values : inputs.filter((input) => !input.rankUnknown)) {
      const axis = dims.findIndex((one) => sameDim(one, wanted))
      if (axis >= 0) return `${name}.shape[${axis}]`
    }
    throw new Unavailable()
  }

  const one = literal(1, runs)
  return {
    kind,
    large,
    names,
    runs,
    limit,
    values,
    inputs,
    environments,
    draw,
    dim,
    one,
    enter,
    tensor,
    writeDim,
  }
}

const chosenOperation = (x, draw) => {
  const possible = operations.filter(({ accepts }) => accepts(x))
  const all = possible.reduce((sum, { weight }) => sum + weight, 0)
  let left = draw.integer(1, all)
  return possible.find(({ weight }) => {
    left -= weight
    return left <= 0
  })
}

/** Runs a call in every run; where tensors are small also with elements, which must agree. */
const runCall = (expression, { environments, limit }) =>
  environments.map(({ abstract, concrete }) => {
    const outcome = evaluateAbstract(expression, abstract)
    if (outcome.result !== undefined) {
      const { shape } = outcome.result
      if (concrete !== undefined && shape.reduce((product, size) => product * size, 1) > limit)
        throw new Unavailable()
    }
    if (concrete === undefined) return outcome
    const real = evaluate(expression, concrete)
    const shown = ({ result, error }) =>
      error === undefined ? `${result.dtype}[${result.shape}]` : error.message
    if (shown(real) !== shown(outcome))
      return { error: new Error(`recorded: ${shown(outcome)}, evaluated: ${shown(real)}`) }
    return outcome
  })

const tryCall = (x, isWrong, scope) => {
  const operation = chosenOperation(x, scope.draw)
  const right = operation.arguments(x, scope)
  const args = isWrong ? corrupt(right, scope) : right
  const expression = operation.write(args.map((argument) => writeArgument(argument, scope.writeDim)))
  return {
    operation: operation.isLayer ? `layers.${operation.name}` : operation.name,
    expression,
    outcomes: runCall(expression, scope),
  }
}

/** A call for x; wrong in some run, if that is wanted and a few attempts succeed. */
const nextCall = (x, wanted, scope) => {
  for (let attempt = 0; attempt < 12; attempt++) {
    const [known, declared] = [scope.values.length, scope.inputs.length]
    try {
      const call = tryCall(x, wanted && attempt < 8, scope)
      const failed = call.outcomes.some(({ error }) => error !== undefined)
      if (failed === wanted || attempt >= 8) return { ...call, failed }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
    }
    scope.values.length = known
    scope.inputs.length = declared
  }
  return undefined
}

const resultOf = ({ outcomes }) => ({
  dtype: outcomes[0].result.dtype,
  dims: outcomes[0].result.shape.map((_, axis) => outcomes.map(({ result }) => result.shape[axis])),
})

/** A program of at least three operations, each applied to what came before. */
const grow = (draw) => {
  const scope = newScope(draw)
  const calls = []
  const length = draw.integer(3, 6)
  const wrongAt = draw.chance(0.45) ? draw.integer(1, length) : 0
  let last = scope.tensor(Array.from({ length: draw.integer(1, 4) }, scope.dim))
  while (calls.length < length) {
    const call = nextCall(last, calls.length + 1 === wrongAt, scope)
    if (call === undefined) return undefined
    const name = `y${calls.length}`
    calls.push({ name, ...call })
    if (call.failed) continue
    const { dims, dtype } = resultOf(call)
    last = scope.enter(name, dims, dtype)
    const { concrete } = scope.environments[0]
    if (concrete !== undefined) concrete[name] = evaluate(call.expression, concrete).result
  }
  const { kind, names, runs, inputs } = scope
  return { kind, names, runs, inputs, calls }
}

/** A program, or undefined where the choices led nowhere. */
const attempt = (draw) => {
  try {
    return grow(draw)
  } catch (error) {
    if (error instanceof Unavailable) return undefined
    throw error
  }
}

/** `count` programs, the same for the same seed. */
export const programsFrom = (seed, count) => {
  const arbitrary = fc.noBias(fc.gen()).map((generate) => attempt(drawFrom(generate)))
  const found = fc.sample(arbitrary, { seed, numRuns: Math.ceil(count * 1.3) + 20 })
  return found.filter((program) => program !== undefined).slice(0, count)
}
