import { value } from './arguments.mjs'
import { sameDims } from './dim.mjs'

/** A list with one change: an item replaced, removed, repeated, added or moved. */
const change = (list, { draw }, item) => {
  const at = draw.integer(0, Math.max(0, list.length - 1))
  const choices = [
    () => list.with(at, item()),
    () => list.toSpliced(at, 1),
    () => list.toSpliced(at, 0, item()),
    () => list.toSpliced(at, 0, list[at]),
    () => [...list.slice(1), list[0]],
  ]
  return list.length === 0 ? [item()] : draw.pick([choices[0], choices[0], ...choices])()
}

const dtypes = ['f32', 'i32', 'u32', 'u8', 'bool']

const changedTensor = ({ dims, dtype }, scope) => {
  const { draw, tensor, dim } = scope
  if (draw.chance(0.1)) return value(tensor(dims, draw.pick(dtypes)))
  return value(tensor(change(dims, scope, dim), dtype))
}

const wrongNumber = ({ n }, { draw }) => draw.pick([n + 1, n - 1, -n, -1, 0, n + 7, n + 0.5])

const wrongSize = ({ draw, dim }) => (draw.chance(0.3) ? -1 : dim())

const changedArgument = (argument, scope) => {
  const { draw } = scope
  const { kind } = argument
  if (kind === 'value') return changedTensor(argument, scope)
  if (kind === 'list') {
    if (argument.items.length === 0 || draw.chance(0.25)) return { kind, items: argument.items.slice(1) }
    const at = draw.integer(0, argument.items.length - 1)
    return { kind, items: argument.items.with(at, changedArgument(argument.items[at], scope)) }
  }
  if (kind === 'sizes')
    return {
      ...argument,
      dims: change(argument.dims, scope, () => (draw.chance(0.15) ? -1 : scope.dim())),
    }
  if (kind === 'size') return { kind, dim: wrongSize(scope) }
  if (kind === 'word') return { ...argument, text: draw.pick(argument.words) }
  if (kind === 'numbers') return { kind, list: change(argument.list, scope, () => draw.integer(-5, 5)) }
  if (kind === 'pair')
    return { ...argument, list: argument.list.with(draw.integer(0, 1), draw.integer(argument.least, 7)) }
  if (kind === 'number') return { ...argument, n: wrongNumber(argument, scope) }
  if (kind === 'record') {
    const keys = Object.keys(argument.fields)
    if (keys.length === 0) return argument
    const key = draw.pick(keys)
    return { kind, fields: { ...argument.fields, [key]: changedArgument(argument.fields[key], scope) } }
  }
  return argument
}

/** The arguments with one of them changed, most likely to something that does not fit. */
export const corrupt = (args, scope) => {
  const at = scope.draw.pick(args.flatMap(({ kind }, index) => (kind === 'plain' ? [] : [index])))
  return args.with(at, changedArgument(args[at], scope))
}

/** Whether a tensor has the same type as another. */
export const sameType = (a, b) => a.dtype === b.dtype && sameDims(a.dims, b.dims)
