import { madd } from './madd'
import { splat } from './math'
import { select } from './select'

// Angles are reduced to [−π/4, π/4] in double precision: below 2²³ with π/2 in two parts (fdlibm's), above by the
// digits of 2/π that matter (Payne & Hanek, "Radian reduction for trigonometric functions", 1983). The
// polynomials are those of Cephes (Moshier).

/** x − turns · π/2; the first product is exact. */
@inline
function rest(x: v128, turns: v128): v128 {
  const first = f64x2.sub(x, f64x2.mul(turns, f64x2.splat(1.57079631090164184570)))
  return f64x2.sub(first, f64x2.mul(turns, f64x2.splat(1.58932547735281966916e-8)))
}

@inline
function quarterTurns(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(0.63661977236758134308)))
}

/** 32 binary digits of 2/π, from `32 (index − 1)` behind the point; 0 before it. */
function digits(index: i32): u64 {
  switch (index) {
    case 0: return 0
    case 1: return 0xa2f9836e
    case 2: return 0x4e441529
    case 3: return 0xfc2757d1
    case 4: return 0xf534ddc0
    case 5: return 0xdb629599
    case 6: return 0x3c439041
    default: return 0xfe5163ab
  }
}

/** 32 binary digits of 2/π from digit `at` on, where digit 32 is the first behind the point. */
function digitsFrom(at: i32): u64 {
  const pair = (digits(at >> 5) << 32) | digits((at >> 5) + 1)
  return ((pair << (at & 31)) >> 32)
}

/** |x| as a fraction of full turns, times 2⁶⁴, for 2²³ ≤ |x| < ∞. */
function turnsOf(x: f32): u64 {
  const bits = reinterpret<u32>(x)
  const mantissa = <u64>((bits & 0x7fffff) | 0x800000)
  // x = mantissa · 2^exponent: digits of 2/π that make whole turns are left out
  const at = (<i32>(bits >> 23) & 0xff) - 150 - 2 + 32
  const low = (mantissa * digitsFrom(at + 64)) >> 32
  return ((mantissa * digitsFrom(at)) << 32) + mantissa * digitsFrom(at + 32) + low
}

@inline
function hugeQuadrant(x: f32): i32 {
  const quadrant = <i32>((turnsOf(x) + (1 << 61)) >> 62)
  return x < 0 ? -quadrant : quadrant
}

@inline
function hugeRest(x: f32): f32 {
  const turns = turnsOf(x)
  const left = <i64>(turns - (((turns + (1 << 61)) >> 62) << 62))
  return <f32>(copysign<f64>(1.57079632679489661923 / 4611686018427387904.0, x) * <f64>left)
}

/** The sine of x + ahead · π/2. */
@inline
function sine(x: v128, ahead: i32): v128 {
  const size = f32x4.abs(x)
  const low = f64x2.promote_low_f32x4(x)
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
  const lowTurns = quarterTurns(low), highTurns = quarterTurns(high)
  let r = v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(rest(low, lowTurns)),
    f32x4.demote_f64x2_zero(rest(high, highTurns)),
    0, 2,
  )
  let quadrant = v128.shuffle<i64>(
    i32x4.trunc_sat_f64x2_s_zero(lowTurns),
    i32x4.trunc_sat_f64x2_s_zero(highTurns),
    0, 2,
  )
  const huge = f32x4.ge(size, splat(8388608))
  if (v128.any_true(huge)) {
    const x0 = f32x4.extract_lane(x, 0), x1 = f32x4.extract_lane(x, 1)
    const x2 = f32x4.extract_lane(x, 2), x3 = f32x4.extract_lane(x, 3)
    const hugeR = f32x4(hugeRest(x0), hugeRest(x1), hugeRest(x2), hugeRest(x3))
    const hugeQ = i32x4(hugeQuadrant(x0), hugeQuadrant(x1), hugeQuadrant(x2), hugeQuadrant(x3))
    r = select(hugeR, r, huge)
    r = select(splat(NaN), r, f32x4.eq(size, splat(Infinity)))
    quadrant = select(hugeQ, quadrant, huge)
  }
  quadrant = i32x4.add(quadrant, i32x4.splat(ahead))
  const z = f32x4.mul(r, r)
  let s = madd(splat(-1.9515295891e-4), z, splat(8.3321608736e-3))
  s = madd(s, z, splat(-1.6666654611e-1))
  s = madd(f32x4.mul(s, z), r, r)
  let c = madd(splat(2.443315711809948e-5), z, splat(-1.388731625493765e-3))
  c = madd(c, z, splat(4.166664568298827e-2))
  c = madd(f32x4.mul(c, z), z, f32x4.sub(splat(1), f32x4.mul(splat(0.5), z)))
  const odd = i32x4.neg(v128.and(quadrant, i32x4.splat(1)))
  const sign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30)
  return v128.xor(select(c, s, odd), sign)
}

/** The sine, at most 2 ulp off. */
export function sin(x: v128): v128 {
  // keeps the sign of −0
  return select(x, sine(x, 0), f32x4.lt(f32x4.abs(x), splat(2.44140625e-4)))
}

/** The cosine, at most 2 ulp off. */
export function cos(x: v128): v128 {
  return sine(x, 1)
}
