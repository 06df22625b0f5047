/** Throws a `RangeError` unless a scale is a finite number above 0. */
export const checkScale = (likelihood: string, name: string, scale: number): void => {
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY))
    throw new RangeError(`${likelihood}: ${name} must be a finite number above 0, got ${scale}`)
}
