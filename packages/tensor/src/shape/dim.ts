/** The name of the phantom member that carries the name of a dimension; there is no such value. */
export declare const dimName: unique symbol

/**
 * A size that is only known at run time, but has a name: `Dim<'batch'>`. It is a number and can be used
 * as one. Plain `number` is a size that is unknown and unnamed; a literal such as `784` is known.
 */
export type Dim<Name extends string> = number & { readonly [dimName]: Name }

/** A tuple of dimensions. `number[]` is a shape of unknown rank. */
export type Shape = readonly number[]

/**
 * Number of elements of a shape: the product of its dimensions (1 for a scalar).
 *
 * ```ts
 * sizeOf([2, 3]) // → 6
 * ```
 */
export const sizeOf = (shape: Shape): number => {
  let size = 1
  for (const dim of shape) size *= dim
  return size
}

/**
 * Row-major strides of a shape, in elements.
 *
 * ```ts
 * stridesOf([2, 3, 4]) // → [12, 4, 1]
 * ```
 */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]!
  }
  return strides
}

/**
 * Whether two shapes have the same rank and the same sizes.
 *
 * ```ts
 * sameShape([2, 3], [3, 2]) // → false
 * ```
 */
export const sameShape = (left: Shape, right: Shape): boolean =>
  left === right || (left.length === right.length && left.every((dim, axis) => dim === right[axis]))

/**
 * A shape as the messages print it.
 *
 * ```ts
 * showShape([128, 784]) // → '[128, 784]'
 * ```
 */
export const showShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`
