import { splat } from './math'
import { select } from './select'

// x^y = e^(y log x) in double precision: y log x reaches ±104, and its error is that of the result.

@inline
function wide(x: f64): v128 {
  return f64x2.splat(x)
}

@inline
function wideMulAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c)
}

const SQRT_HALF: i64 = 0x3fe6a09e667f3bcd

/** The logarithm of positive floats in f64, −∞ at 0. */
@inline
function wideLog(x: v128): v128 {
  // x = m 2ⁿ with m from √½ to √2, and log m = 2 artanh ((m − 1) / (m + 1))
  const exponent = i64x2.shr_s(i64x2.sub(x, i64x2.splat(SQRT_HALF)), 52)
  const n = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2))
  const m = i64x2.sub(x, i64x2.shl(exponent, 52))
  const s = f64x2.div(f64x2.sub(m, wide(1)), f64x2.add(m, wide(1)))
  const z = f64x2.mul(s, s)
  let p = wideMulAdd(wide(2.0 / 17), z, wide(2.0 / 15))
  p = wideMulAdd(p, z, wide(2.0 / 13))
  p = wideMulAdd(p, z, wide(2.0 / 11))
  p = wideMulAdd(p, z, wide(2.0 / 9))
  p = wideMulAdd(p, z, wide(2.0 / 7))
  p = wideMulAdd(p, z, wide(2.0 / 5))
  p = wideMulAdd(p, z, wide(2.0 / 3))
  p = wideMulAdd(p, z, wide(2))
  const result = wideMulAdd(n, wide(0.693147180559945309417), f64x2.mul(p, s))
  const finite = select(wide(-Infinity), result, f64x2.eq(x, wide(0)))
  return select(x, finite, f64x2.eq(x, wide(Infinity)))
}

/** e^x in f64, as far as it is a float. */
@inline
function wideExp(x: v128): v128 {
  x = f64x2.pmax(f64x2.pmin(x, wide(200)), wide(-200))
  const n = f64x2.nearest(f64x2.mul(x, wide(1.44269504088896340736)))
  const r = f64x2.sub(x, f64x2.mul(n, wide(0.693147180559945309417)))
  let p = wideMulAdd(wide(1.0 / 39916800), r, wide(1.0 / 3628800))
  p = wideMulAdd(p, r, wide(1.0 / 362880))
  p = wideMulAdd(p, r, wide(1.0 / 40320))
  p = wideMulAdd(p, r, wide(1.0 / 5040))
  p = wideMulAdd(p, r, wide(1.0 / 720))
  p = wideMulAdd(p, r, wide(1.0 / 120))
  p = wideMulAdd(p, r, wide(1.0 / 24))
  p = wideMulAdd(p, r, wide(1.0 / 6))
  p = wideMulAdd(p, r, wide(0.5))
  p = wideMulAdd(p, r, wide(1))
  p = wideMulAdd(p, r, wide(1))
  const exponent = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n))
  return i64x2.add(p, i64x2.shl(exponent, 52))
}

@inline
function half(size: v128, y: v128): v128 {
  const t = f64x2.mul(f64x2.promote_low_f32x4(y), wideLog(f64x2.promote_low_f32x4(size)))
  return f32x4.demote_f64x2_zero(wideExp(t))
}

/** x^y, at most 0.51 ulp off: NaN for a negative x and a y that is not whole, 1 for y = 0 and for x = 1. */
export function pow(x: v128, y: v128): v128 {
  const size = f32x4.abs(x)
  const high = half(v128.shuffle<i64>(size, size, 1, 1), v128.shuffle<i64>(y, y, 1, 1))
  let result = v128.shuffle<i64>(half(size, y), high, 0, 2)
  // 0 · ∞ in the exponent
  result = select(splat(1), result, f32x4.eq(size, splat(1)))

  const negative = i32x4.lt_s(x, i32x4.splat(0))
  const whole = f32x4.eq(f32x4.floor(y), y)
  const halved = f32x4.mul(y, splat(0.5))
  const odd = v128.andnot(whole, f32x4.eq(f32x4.floor(halved), halved))
  result = v128.xor(result, v128.and(v128.and(negative, odd), i32x4.splat(0x80000000)))

  const inside = v128.and(f32x4.gt(size, splat(0)), f32x4.lt(size, splat(Infinity)))
  let nowhere = v128.andnot(v128.and(negative, inside), whole)
  nowhere = v128.or(nowhere, v128.or(f32x4.ne(x, x), f32x4.ne(y, y)))
  result = select(splat(NaN), result, nowhere)
  return select(splat(1), result, v128.or(f32x4.eq(y, splat(0)), f32x4.eq(x, splat(1))))
}
