/**
 * `a` where the lanes of `mask` are all ones, `b` where they are 0. Other lanes do not occur, and so the relaxed
 * instruction, a blend that looks at one bit where the portable one looks at all, gives the same.
 */
@inline
export function select(a: v128, b: v128, mask: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_laneselect(a, b, mask) : v128.bitselect(a, b, mask)
}
