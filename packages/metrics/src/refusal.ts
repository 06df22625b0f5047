import { agreeing, type DiagonalGaussian } from '@vae/models'
import { type AnyTensor, ShapeError, showShape } from '@vae/tensor'

/** Throws a `RangeError` unless `value` is a whole number above 0. */
export const checkCount = (operation: string, name: string, value: number): void => {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${operation}: ${name} must be a whole number above 0, got ${value}`)
}

/** Throws a `ShapeError` unless both tensors have the same size along `axis`. */
const checkAxis = (
  operation: string,
  names: string,
  axis: number,
  left: AnyTensor,
  right: AnyTensor,
): void => {
  if (left.shape[axis] !== right.shape[axis])
    throw new ShapeError(
      `${operation}: ${names} differ: ${showShape(left.shape)} and ${showShape(right.shape)} ` +
        `(${left.shape[axis]} ≠ ${right.shape[axis]})`,
    )
}

/** Throws a `ShapeError` unless both matrices have as many rows. */
export const checkRows = (operation: string, names: string, left: AnyTensor, right: AnyTensor): void =>
  checkAxis(operation, names, 0, left, right)

/** Throws a `ShapeError` unless both matrices have as many columns. */
export const checkColumns = (operation: string, names: string, left: AnyTensor, right: AnyTensor): void =>
  checkAxis(operation, names, 1, left, right)

/** Posteriors that have left their guard, whose mean and variance have one shape. Throws a `ShapeError` where not. */
export const posteriorsFor = (operation: string, posteriors: unknown): DiagonalGaussian<number, number> => {
  // What a guard lets pass is a Gaussian.
  const { mean, logVar } = posteriors as DiagonalGaussian<number, number>
  return { mean, logVar: agreeing(operation, 'mean and logVar', mean, logVar) }
}
