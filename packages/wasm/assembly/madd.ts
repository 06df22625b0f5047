/**
 * a · b + c. The relaxed build rounds once where the machine fuses the two operations, and so its results depend
 * on the machine; the portable one rounds twice everywhere.
 */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}
