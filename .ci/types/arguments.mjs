/*
 * The arguments of a call, as data that can be written as TypeScript and corrupted.
 */

/** A tensor of the program. */
export const value = (tensor) => ({
  kind: 'value',
  name: tensor.name,
  dims: tensor.dims,
  dtype: tensor.dtype,
})

/** A shape: dimensions, or -1. */
export const sizes = (dims) => ({ kind: 'sizes', dims })

/** One dimension. */
export const size = (dim) => ({ kind: 'size', dim })

/** One of several words, such as a dtype. A corrupted one is another of them. */
export const word = (text, words) => ({ kind: 'word', text, words })

/** A list of numbers, such as axes. */
export const numbers = (list) => ({ kind: 'numbers', list })

/** Two numbers; corrupted ones are no less than `least`. */
export const pair = (list, least = -5) => ({ kind: 'pair', list, least })

/** One number, such as an axis. */
export const number = (n) => ({ kind: 'number', n })

/** A list of arguments. */
export const list = (items) => ({ kind: 'list', items })

/** A list of tensors. */
export const values = (tensors) => list(tensors.map(value))

/** An object of arguments, such as options. */
export const record = (fields) => ({ kind: 'record', fields })

/** Anything that is written as it stands. */
export const plain = (thing) => ({ kind: 'plain', thing })

/** An argument as an expression. `sizeOf` writes a dimension. */
export const writeArgument = (argument, sizeOf) => {
  const { kind } = argument
  if (kind === 'value') return argument.name
  if (kind === 'sizes') return `[${argument.dims.map((dim) => (dim === -1 ? '-1' : sizeOf(dim))).join(', ')}]`
  if (kind === 'size') return argument.dim === -1 ? '-1' : sizeOf(argument.dim)
  if (kind === 'word') return `'${argument.text}'`
  if (kind === 'numbers' || kind === 'pair') return `[${argument.list.join(', ')}]`
  if (kind === 'number') return `${argument.n}`
  if (kind === 'list') return `[${argument.items.map((one) => writeArgument(one, sizeOf)).join(', ')}]`
  if (kind === 'record') {
    const fields = Object.entries(argument.fields).map(
      ([key, one]) => `${key}: ${writeArgument(one, sizeOf)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  return typeof argument.thing === 'string' ? `'${argument.thing}'` : JSON.stringify(argument.thing)
}
