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

/** A list of tensors. */
export const values = (tensors) => ({ kind: 'values', items: tensors.map(value) })

/** A shape: dimensions, or -1. */
export const sizes = (dims) => ({ kind: 'sizes', dims })

/** A list of numbers, such as axes. */
export const numbers = (list) => ({ kind: 'numbers', list })

/** One number, such as an axis. A corrupted one is no less than `least`. */
export const number = (n, least = Number.NEGATIVE_INFINITY) => ({ kind: 'number', n, least })

/** An object of arguments, such as options. */
export const record = (fields) => ({ kind: 'record', fields })

/** Anything that is written as it stands. */
export const plain = (thing) => ({ kind: 'plain', thing })

/** An argument as an expression. `sizeOf` writes a dimension. */
export const writeArgument = (argument, sizeOf) => {
  const { kind } = argument
  if (kind === 'value') return argument.name
  if (kind === 'values') return `[${argument.items.map(({ name }) => name).join(', ')}]`
  if (kind === 'sizes') return `[${argument.dims.map((dim) => (dim === -1 ? '-1' : sizeOf(dim))).join(', ')}]`
  if (kind === 'numbers') return `[${argument.list.join(', ')}]`
  if (kind === 'number') return `${argument.n}`
  if (kind === 'record') {
    const fields = Object.entries(argument.fields).map(
      ([key, one]) => `${key}: ${writeArgument(one, sizeOf)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  return typeof argument.thing === 'string' ? `'${argument.thing}'` : JSON.stringify(argument.thing)
}
