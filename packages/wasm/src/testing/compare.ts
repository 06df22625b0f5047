import { floatBits } from '../expression.ts'

/** Floats in order as integers, so that neighbours differ by 1 and −0 is 0. */
const ordered = (x: number): number => {
  const bits = floatBits(x)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}

/** How many floats lie between two: 0 if equal or both NaN, infinite if only one is. */
export const ulpsApart = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) === Number.isNaN(b) ? 0 : Infinity
  return Math.abs(ordered(a) - ordered(b))
}

/** Error of a float result in units in the last place of the exact value. */
export const ulpError = (actual: number, exact: number): number => {
  const rounded = Math.fround(exact)
  if (Number.isNaN(exact) || !Number.isFinite(rounded) || Number.isNaN(actual) || !Number.isFinite(actual))
    return ulpsApart(actual, rounded)
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(rounded) || 2 ** -149)))
  return Math.abs(actual - exact) / 2 ** (exponent - 23)
}

/** The first element for which `agree` is false, as a sentence; null if there is none. */
export const disagreement = (
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  agree: (a: number, b: number, i: number) => boolean,
): string | null => {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`
  for (let i = 0; i < actual.length; i++)
    if (!agree(actual[i]!, expected[i]!, i)) return `element ${i} is ${actual[i]} instead of ${expected[i]}`
  return null
}
