import { type AnyTensor, ShapeError, showShape } from '@vae/tensor'

/** Throws a `RangeError` unless `value` is a whole number above 0. */
export const checkCount = (operation: string, name: string, value: number): void => {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${operation}: ${name} must be a whole number above 0, got ${value}`)
}

/** Throws a `ShapeError` unless both tensors have as many rows; the run-time twin of `GuardRows`. */
export const checkRows = (operation: string, names: string, left: AnyTensor, right: AnyTensor): void => {
  if (left.shape[0] !== right.shape[0])
    throw new ShapeError(
      `${operation}: ${names} differ: ${showShape(left.shape)} and ${showShape(right.shape)} ` +
        `(${left.shape[0]} ≠ ${right.shape[0]})`,
    )
}
