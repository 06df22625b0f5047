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

const changedTensor = (tensor, scope) => {
  const dims = change(tensor.dims, scope, scope.dim)
  return { ...scope.tensor(dims, tensor.dtype), kind: 'value' }
}

const wrongNumber = ({ n, least }, { draw }) => Math.max(least, draw.pick([n + 1, n - 1, -n, -1, 0, n + 7]))

const changedArgument = (argument, scope) => {
  const { draw } = scope
  const { kind } = argument
  if (kind === 'value') return changedTensor(argument, scope)
  if (kind === 'values') {
    if (argument.items.length === 0) return argument
    const at = draw.integer(0, argument.items.length - 1)
    return { kind, items: argument.items.with(at, changedTensor(argument.items[at], scope)) }
  }
  if (kind === 'sizes')
    return { kind, dims: change(argument.dims, scope, () => (draw.chance(0.15) ? -1 : scope.dim())) }
  if (kind === 'numbers') return { kind, list: change(argument.list, scope, () => draw.integer(-5, 5)) }
  if (kind === 'number') return { ...argument, n: wrongNumber(argument, scope) }
  if (kind === 'record') {
    const key = draw.pick(Object.keys(argument.fields))
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
