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

/** The first 1,280 binary digits of 2/π behind the point. */
const twoOverPi = BigInt(
  '0x' +
    'a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0' +
    '06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4' +
    '9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d' +
    '7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361d',
)

/** x − quadrant · π/2 in [−π/4, π/4], and the quadrant modulo 4. */
const reduceAngle = (x: number): readonly [rest: number, quadrant: number] => {
  if (Math.abs(x) < 2 ** 20) {
    const quadrant = Math.round(x / (Math.PI / 2))
    // π/2 in three parts with trailing zeros, so that the first two products are exact.
    const rest = x - quadrant * 1.5707963267341256 - quadrant * 6.077100506303966e-11
    return [rest - quadrant * 2.0222662487959506e-21, quadrant & 3]
  }
  // x is a whole number times 2^shift; its quarter turns in fixed point, with 1,280 digits behind the point.
  float[0] = Math.abs(x)
  const shift = (words[high]! >>> 20) - 1075
  const mantissa = (BigInt((words[high]! & 0xfffff) | 0x100000) << 32n) | BigInt(words[low]!)
  const turns =
    shift >= 0 ? (mantissa << BigInt(shift)) * twoOverPi : (mantissa * twoOverPi) >> BigInt(-shift)
  const quadrant = (turns + (1n << 1279n)) >> 1280n
  const rest = (Number((turns - (quadrant << 1280n)) >> 1180n) / 2 ** 100) * (Math.PI / 2)
  return x > 0 ? [rest, Number(quadrant & 3n)] : [-rest, Number(-quadrant & 3n)]
}

/** Taylor series on [−π/4, π/4]. */
const sinSeries = (x: number): number => {
  let sum = 0
  for (let n = 19; n >= 3; n -= 2) sum = (-(x * x) / (n * (n - 1))) * (1 + sum)
  return x * (1 + sum)
}
const cosSeries = (x: number): number => {
  let sum = 0
  for (let n = 20; n >= 2; n -= 2) sum = (-(x * x) / (n * (n - 1))) * (1 + sum)
  return 1 + sum
}

const sinOfQuadrant = (rest: number, quadrant: number): number => {
  const magnitude = quadrant % 2 === 0 ? sinSeries(rest) : cosSeries(rest)
  return quadrant < 2 ? magnitude : -magnitude
}

/** The sine of an angle in radians. */
export const sin = (x: number): number => {
  if (x === 0) return x
  if (!Number.isFinite(x)) return Number.NaN
  const [rest, quadrant] = reduceAngle(x)
  return sinOfQuadrant(rest, quadrant)
}

/** The cosine of an angle in radians. */
export const cos = (x: number): number => {
  if (!Number.isFinite(x)) return Number.NaN
  const [rest, quadrant] = reduceAngle(x)
  return sinOfQuadrant(rest, (quadrant + 1) & 3)
}

/** The error function 2/√π · ∫₀ˣ e^−t² dt, by a series of terms of one sign. */
export const erf = (x: number): number => {
  if (Number.isNaN(x) || x === 0) return x
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 3; Math.abs(term) > Math.abs(sum) * 2 ** -54; n += 2) {
    term *= (2 * x * x) / n
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * exp(-x * x) * sum
}

/** x^y; NaN for a negative x and a y that is not whole. */
export const pow = (x: number, y: number): number => {
  if (y === 0 || x === 1) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const magnitude = Math.abs(x) === 1 ? 1 : exp(y * log(Math.abs(x)))
  if (x > 0 || Object.is(x, 0)) return magnitude
  const whole = !Number.isFinite(y) || Number.isInteger(y)
  if (!whole && x !== 0 && Number.isFinite(x)) return Number.NaN
  return Number.isInteger(y) && Math.abs(y) < 2 ** 53 && y % 2 !== 0 ? -magnitude : magnitude
}
