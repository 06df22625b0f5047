// Vector functions on four floats. The polynomials and the stated errors hold for every float; tests measure
// them. exp, expm1 and tanh follow Cephes (Moshier), log and log1p follow FreeBSD's msun by way of musl.

import { madd } from './madd'
import { select } from './select'

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x)
}

@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}

/** x / ln 2, rounded; as an integer in the low bits: adding 1.5 · 2²³ leaves it there. */
@inline
function shiftedExponent(x: v128): v128 {
  return madd(x, splat(1.44269504088896341), splat(12582912))
}

/** x − n ln 2 for the n of `shiftedExponent`. */
@inline
function reduced(x: v128, shifted: v128): v128 {
  const whole = f32x4.sub(shifted, splat(12582912))
  return madd(whole, splat(2.12194440e-4), f32x4.sub(x, f32x4.mul(whole, splat(0.693359375))))
}

/** e^r − 1 for |r| ≤ ½ ln 2. */
@inline
function expm1Near(r: v128): v128 {
  let p = madd(splat(1.9875691500e-4), r, splat(1.3981999507e-3))
  p = madd(p, r, splat(8.3334519073e-3))
  p = madd(p, r, splat(4.1665795894e-2))
  p = madd(p, r, splat(1.6666665459e-1))
  p = madd(p, r, splat(5.0000001201e-1))
  return madd(p, f32x4.mul(r, r), r)
}

@inline
export function expOf(x: v128): v128 {
  // beyond these the result is 0 or infinity anyway; a NaN passes both
  x = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-105))
  const shifted = shiftedExponent(x)
  const n = i32x4.sub(shifted, i32x4.splat(0x4b400000))
  const p = f32x4.add(expm1Near(reduced(x, shifted)), splat(1))
  // 2ⁿ in two factors: n reaches −151 and 128, which one float's exponent does not
  const half = i32x4.shr_s(n, 1)
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)))
}

/** e^x, at most 1.05 ulp off (denormal results: 1 denormal step). */
export function exp(x: v128): v128 {
  return expOf(x)
}

/** e^x − 1, at most 2 ulp off: x itself near 0. */
export function expm1(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-18))
  const shifted = shiftedExponent(clamped)
  const n = i32x4.sub(shifted, i32x4.splat(0x4b400000))
  const p = expm1Near(reduced(clamped, shifted))
  // 2ⁿ (1 + p) − 1 as twice a half: 2¹²⁸ is no float, 2¹²⁷ is one
  const half = powerOfTwo(i32x4.sub(n, i32x4.splat(1)))
  const far = f32x4.add(f32x4.mul(half, p), f32x4.sub(half, splat(0.5)))
  const near = v128.or(p, v128.and(x, i32x4.splat(0x80000000)))
  return select(near, f32x4.add(far, far), i32x4.eq(n, i32x4.splat(0)))
}

const SQRT_HALF: i32 = 0x3f3504f3
const SHIFT: i32 = 0x3f800000 - SQRT_HALF

/** log(1 + f) + n log 2 + c for f in [√½ − 1, √2 − 1]. */
@inline
function logOf(f: v128, n: v128, c: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, splat(2)))
  const z = f32x4.mul(s, s)
  let p = madd(splat(0.24279078841), z, splat(0.28498786688))
  p = madd(p, z, splat(0.40000972152))
  p = madd(p, z, splat(0.66666662693))
  const square = f32x4.mul(splat(0.5), f32x4.mul(f, f))
  const tail = madd(n, splat(9.0580006145e-6), c)
  const sum = f32x4.sub(madd(s, madd(p, z, square), tail), square)
  return madd(n, splat(6.9313812256e-1), f32x4.add(sum, f))
}

/** log x, at most 1 ulp off: −∞ at ±0, NaN below. */
export function log(x: v128): v128 {
  const denormal = f32x4.lt(x, splat(1.17549435e-38))
  const scaled = select(f32x4.mul(x, splat(33554432)), x, denormal)
  const bits = i32x4.add(scaled, i32x4.splat(SHIFT))
  const n = i32x4.sub(
    i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127)),
    v128.and(denormal, i32x4.splat(25)),
  )
  const mantissa = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(SQRT_HALF))
  const result = logOf(f32x4.sub(mantissa, splat(1)), f32x4.convert_i32x4_s(n), splat(0))
  return logBorders(x, x, result)
}

/** log1p and log share their borders: `u` is what the logarithm is of, `x` what infinity and NaN give back. */
@inline
function logBorders(u: v128, x: v128, result: v128): v128 {
  result = select(splat(-Infinity), result, f32x4.eq(u, splat(0)))
  // all ones are a NaN
  result = v128.or(result, f32x4.lt(u, splat(0)))
  return select(result, x, f32x4.lt(u, splat(Infinity)))
}

/** log(1 + x), at most 1 ulp off: −∞ at −1, NaN below, x itself near 0. */
export function log1p(x: v128): v128 {
  const u = f32x4.add(x, splat(1))
  const bits = i32x4.add(u, i32x4.splat(SHIFT))
  const n = i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127))
  // what rounding 1 + x lost: Knuth's sum of two numbers (The Art of Computer Programming 2, 4.2.2, theorem B)
  const rounded = f32x4.sub(u, splat(1))
  const lost = f32x4.add(f32x4.sub(splat(1), f32x4.sub(u, rounded)), f32x4.sub(x, rounded))
  const mantissa = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(SQRT_HALF))
  const near = v128.and(f32x4.gt(x, splat(-0.29289323)), f32x4.lt(x, splat(0.41421354)))
  const f = select(x, f32x4.sub(mantissa, splat(1)), near)
  const scale = v128.andnot(f32x4.convert_i32x4_s(n), near)
  const c = v128.andnot(f32x4.div(lost, u), near)
  const result = logBorders(u, x, logOf(f, scale, c))
  // keeps the sign of −0; others have that of x anyway
  return v128.or(result, v128.and(x, i32x4.splat(0x80000000)))
}

/**
 * log(1 + x) for x from 0 to 1, at most 1.5 ulp off, and NaN for NaN: 2 artanh s with s = x / (2 + x), of which x − s x is
 * the first term, so that the rounding of s counts little.
 */
export function log1pOfUnit(x: v128): v128 {
  const s = f32x4.div(x, f32x4.add(x, splat(2)))
  const z = f32x4.mul(s, s)
  let p = madd(splat(0.24296775341), z, splat(0.21428868331))
  p = madd(p, z, splat(0.28616760629))
  p = madd(p, z, splat(0.39998882951))
  p = madd(p, z, splat(0.66666675549))
  return f32x4.sub(x, f32x4.mul(s, f32x4.sub(x, f32x4.mul(z, p))))
}

/** The hyperbolic tangent, at most 1.5 ulp off. */
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = madd(splat(-5.70498872745e-3), z, splat(2.06390887954e-2))
  p = madd(p, z, splat(-5.37397155531e-2))
  p = madd(p, z, splat(1.33314422036e-1))
  p = madd(p, z, splat(-3.33332819422e-1))
  const near = madd(f32x4.mul(p, z), x, x)
  const e = expOf(f32x4.add(size, size))
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))))
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)))
  return select(near, signed, f32x4.lt(size, splat(0.625)))
}

/** 1 / (1 + e^−x), at most 2.5 ulp off, down to the denormals. */
export function sigmoid(x: v128): v128 {
  // e^−|x| never overflows: the small side is e / (1 + e), the large one 1 / (1 + e)
  const e = expOf(f32x4.neg(f32x4.abs(x)))
  const numerator = select(e, splat(1), f32x4.lt(x, splat(0)))
  return f32x4.div(numerator, f32x4.add(e, splat(1)))
}
