// Integer division has no vector instruction: lane by lane, without the traps.

@inline
function signed(a: i32, b: i32): i32 {
  // the one overflow, −2³¹ / −1, wraps
  return b == 0 ? 0 : b == -1 ? 0 - a : a / b
}

@inline
function unsigned(a: u32, b: u32): u32 {
  return b == 0 ? 0 : a / b
}

/** a / b truncated towards zero, 0 where b is 0. */
export function divideSigned(a: v128, b: v128): v128 {
  let result = i32x4.splat(signed(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)))
  result = i32x4.replace_lane(result, 1, signed(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)))
  result = i32x4.replace_lane(result, 2, signed(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)))
  return i32x4.replace_lane(result, 3, signed(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)))
}

/** As `divideSigned`, for unsigned lanes. */
export function divideUnsigned(a: v128, b: v128): v128 {
  let result = i32x4.splat(unsigned(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)))
  result = i32x4.replace_lane(result, 1, unsigned(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)))
  result = i32x4.replace_lane(result, 2, unsigned(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)))
  return i32x4.replace_lane(result, 3, unsigned(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)))
}
