import { madd } from './madd'

/**
 * Rows of a tile. It has ROWS × 8 elements in two vectors for each row, beside two vectors of the right panel and
 * one spread element of the left one. Engines on x64 have 15 vector registers to give: six rows take all of
 * them, and five leave one for products where these are not fused with their additions. A tile that spills an
 * accumulator loses a third of the speed.
 */
export const ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5
export const COLUMNS: i32 = 8

/** ROWS, for planning: it differs between the builds. */
export function tileRows(): i32 {
  return ROWS
}

/** The first `rows` rows of a tile: 3, 5 or 6. Every count gets a copy with as many accumulators. */
@inline
function rowsOf(rows: i32, k: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
  const end = a + <usize>k * ROWS * 4
  let b0 = v128.load(b), b1 = v128.load(b, 16)
  let x = b0
  let c00 = x, c01 = x, c10 = x, c11 = x, c20 = x, c21 = x, c30 = x, c31 = x, c40 = x, c41 = x, c50 = x, c51 = x
  x = v128.load32_splat(a)
  c00 = f32x4.mul(x, b0)
  c01 = f32x4.mul(x, b1)
  x = v128.load32_splat(a, 4)
  c10 = f32x4.mul(x, b0)
  c11 = f32x4.mul(x, b1)
  x = v128.load32_splat(a, 8)
  c20 = f32x4.mul(x, b0)
  c21 = f32x4.mul(x, b1)
  if (rows > 3) {
    x = v128.load32_splat(a, 12)
    c30 = f32x4.mul(x, b0)
    c31 = f32x4.mul(x, b1)
    x = v128.load32_splat(a, 16)
    c40 = f32x4.mul(x, b0)
    c41 = f32x4.mul(x, b1)
  }
  if (rows > 5) {
    x = v128.load32_splat(a, 20)
    c50 = f32x4.mul(x, b0)
    c51 = f32x4.mul(x, b1)
  }
  a += ROWS * 4
  b += 32
  while (a < end) {
    b0 = v128.load(b)
    b1 = v128.load(b, 16)
    x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    if (rows > 3) {
      x = v128.load32_splat(a, 12)
      c30 = madd(x, b0, c30)
      c31 = madd(x, b1, c31)
      x = v128.load32_splat(a, 16)
      c40 = madd(x, b0, c40)
      c41 = madd(x, b1, c41)
    }
    if (rows > 5) {
      x = v128.load32_splat(a, 20)
      c50 = madd(x, b0, c50)
      c51 = madd(x, b1, c51)
    }
    a += ROWS * 4
    b += 32
  }
  put(c, c00, c01, accumulate)
  c += stride
  put(c, c10, c11, accumulate)
  c += stride
  put(c, c20, c21, accumulate)
  if (rows > 3) {
    c += stride
    put(c, c30, c31, accumulate)
    c += stride
    put(c, c40, c41, accumulate)
  }
  if (rows > 5) put(c + stride, c50, c51, accumulate)
}

/**
 * Writes (or adds) the tile to `c`, whose rows lie `stride` bytes apart. `k` is at least 1. The first step stands
 * before the loop: it saves the zeroing, and engines then compute the addresses of the spread loads once
 * instead of in each round.
 */
export function tile(k: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
  rowsOf(ROWS, k, a, b, c, stride, accumulate)
}

/** As `tile`, for panels of which only the first three rows count. */
export function upperTile(k: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
  rowsOf(3, k, a, b, c, stride, accumulate)
}

@inline
function put(c: usize, first: v128, second: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), first))
    v128.store(c, f32x4.add(v128.load(c, 16), second), 16)
  } else {
    v128.store(c, first)
    v128.store(c, second, 16)
  }
}

/** Moves the `rows` × `columns` corner of a tile that was computed aside to (or onto) `c`. */
export function putCorner(from: usize, c: usize, stride: usize, rows: i32, columns: i32, accumulate: bool): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = c + (<usize>column << 2)
      const value = load<f32>(from + (<usize>column << 2))
      store<f32>(at, accumulate ? load<f32>(at) + value : value)
    }
    from += 32
    c += stride
  }
}
