/*
 * Transcendental functions of our own, from additions, multiplications and divisions only, so that every
 * JavaScript engine returns the same bits (`Math.exp` and its kin differ between engines). Worked out in
 * float64 to within a few units in the last place.
 */

const words = new Uint32Array(2)
const float = new Float64Array(words.buffer)
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const high = littleEndian ? 1 : 0
const low = littleEndian ? 0 : 1

/** 2^exponent for −1022 ≤ exponent ≤ 1023. */
const powerOfTwo = (exponent: number): number => {
  words[high] = (exponent + 1023) << 20
  words[low] = 0
  return float[0]!
}

/** ln 2 as a sum: the first part has trailing zeros, so that a multiple of it is exact. */
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** Σ x^n / n! from n = 1, for |x| ≤ 0.35; the fourteenth term is below 2^−57. */
const expm1Series = (x: number): number => {
  let sum = 0
  for (let n = 14; n >= 1; n--) sum = (x / n) * (1 + sum)
  return sum
}

/** e^x. */
export const exp = (x: number): number => {
  if (Number.isNaN(x)) return x
  if (x > 709.79) return Number.POSITIVE_INFINITY
  if (x < -745.2) return 0
  const exponent = Math.round(x * Math.LOG2E)
  const rest = x - exponent * ln2High - exponent * ln2Low
  const half = exponent >> 1
  // The scale is applied in two steps, so that it neither overflows nor loses a subnormal result.
  return (1 + expm1Series(rest)) * powerOfTwo(half) * powerOfTwo(exponent - half)
}

/** e^x − 1, accurate near zero. */
export const expm1 = (x: number): number => (Math.abs(x) < 0.35 ? expm1Series(x) : exp(x) - 1)

/** 2 · atanh(s) = Σ 2 s^(2n+1) / (2n+1) for |s| ≤ 0.172; the terms left out are below 2^−56. */
const doubleAtanh = (s: number): number => {
  const square = s * s
  let sum = 0
  for (let n = 23; n >= 3; n -= 2) sum = square * (1 / n + sum)
  return 2 * s * (1 + sum)
}

/** The natural logarithm; NaN below zero, −∞ at zero. */
export const log = (x: number): number => {
  if (Number.isNaN(x) || x < 0) return Number.NaN
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (x === Number.POSITIVE_INFINITY) return x
  const subnormal = x < 2.2250738585072014e-308
  float[0] = subnormal ? x * 2 ** 54 : x
  let exponent = (words[high]! >>> 20) - 1023 - (subnormal ? 54 : 0)
  words[high] = (words[high]! & 0x000fffff) | 0x3ff00000
  let mantissa = float[0]!
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  return exponent * ln2High + (doubleAtanh((mantissa - 1) / (mantissa + 1)) + exponent * ln2Low)
}

/** log(1 + x), accurate near zero. */
export const log1p = (x: number): number => {
  // Halved below, the last bit of a subnormal number would be lost.
  if (Math.abs(x) < 2 ** -54) return x
  if (x > -0.29 && x < 0.41) return doubleAtanh(x / (2 + x))
  const sum = 1 + x
  // What the rounding of 1 + x lost is put back to first order.
  return sum > 0 && sum < Number.POSITIVE_INFINITY ? log(sum) + (x - (sum - 1)) / sum : log(sum)
}

/** The hyperbolic tangent. */
export const tanh = (x: number): number => {
  // NaN, and zeros of either sign.
  if (Number.isNaN(x) || x === 0) return x
  const magnitude = Math.abs(x)
  if (magnitude > 22) return Math.sign(x)
  const e = expm1(2 * magnitude)
  const value = e / (e + 2)
  return x < 0 ? -value : value
}

/** 1 / (1 + e^−x), without overflow on either side. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}
