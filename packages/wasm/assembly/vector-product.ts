import { madd } from './madd'

// A vector times a matrix. It reads every element of the matrix once, so that packing would cost more than the
// product. Whatever group an element of the result is computed in, its terms are added in the same order.

/** The sum of the four lanes. */
@inline
function total(a: v128): f32 {
  a = f32x4.add(a, v128.shuffle<i64>(a, a, 1, 0))
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)
}

/** Results of `vectors` · 4 columns of the matrix [k, n] at `b`: lanes are columns. */
@inline
function columns(vectors: i32, x: usize, k: i32, b: usize, stride: usize, y: usize): void {
  const end = x + (<usize>k << 2)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  for (; x < end; x += 4) {
    const factor = v128.load32_splat(x)
    c0 = madd(factor, v128.load(b), c0)
    if (vectors == 8) {
      c1 = madd(factor, v128.load(b, 16), c1)
      c2 = madd(factor, v128.load(b, 32), c2)
      c3 = madd(factor, v128.load(b, 48), c3)
      c4 = madd(factor, v128.load(b, 64), c4)
      c5 = madd(factor, v128.load(b, 80), c5)
      c6 = madd(factor, v128.load(b, 96), c6)
      c7 = madd(factor, v128.load(b, 112), c7)
    }
    b += stride
  }
  if (vectors == 0) {
    v128.store_lane<f32>(y, c0, 0)
    return
  }
  v128.store(y, c0)
  if (vectors == 8) {
    v128.store(y, c1, 16)
    v128.store(y, c2, 32)
    v128.store(y, c3, 48)
    v128.store(y, c4, 64)
    v128.store(y, c5, 80)
    v128.store(y, c6, 96)
    v128.store(y, c7, 112)
  }
}

/** Results of four rows of the matrix [n, k] at `b`, or of one: lanes are terms. */
@inline
function rows(four: bool, x: usize, k: i32, b: usize, stride: usize, y: usize): void {
  let b1 = b + stride
  let b2 = b1 + stride
  let b3 = b2 + stride
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0
  let left = k
  for (; left >= 4; left -= 4) {
    const factors = v128.load(x)
    c0 = madd(factors, v128.load(b), c0)
    b += 16
    if (four) {
      c1 = madd(factors, v128.load(b1), c1)
      c2 = madd(factors, v128.load(b2), c2)
      c3 = madd(factors, v128.load(b3), c3)
      b1 += 16
      b2 += 16
      b3 += 16
    }
    x += 16
  }
  let t0 = total(c0), t1 = total(c1), t2 = total(c2), t3 = total(c3)
  for (; left > 0; left--) {
    const factor = load<f32>(x)
    t0 += factor * load<f32>(b)
    b += 4
    if (four) {
      t1 += factor * load<f32>(b1)
      t2 += factor * load<f32>(b2)
      t3 += factor * load<f32>(b3)
      b1 += 4
      b2 += 4
      b3 += 4
    }
    x += 4
  }
  store<f32>(y, t0)
  if (four) {
    store<f32>(y, t1, 4)
    store<f32>(y, t2, 8)
    store<f32>(y, t3, 12)
  }
}

/** y[j] = Σᵢ x[i] · b[i, j] for `begin` ≤ j < `end`, where b is stored [k, n], or [n, k] if `transposed`. */
export function vectorProduct(
  x: usize, b: usize, y: usize, k: i32, n: i32, transposed: bool, begin: i32, end: i32,
): void {
  const stride = <usize>(transposed ? k : n) << 2
  let at = b + <usize>begin * (transposed ? stride : 4)
  y += <usize>begin << 2
  let left = end - begin
  if (transposed) {
    for (; left >= 4; left -= 4) {
      rows(true, x, k, at, stride, y)
      at += stride << 2
      y += 16
    }
    for (; left > 0; left--) {
      rows(false, x, k, at, stride, y)
      at += stride
      y += 4
    }
    return
  }
  for (; left >= 32; left -= 32) {
    columns(8, x, k, at, stride, y)
    at += 128
    y += 128
  }
  for (; left >= 4; left -= 4) {
    columns(1, x, k, at, stride, y)
    at += 16
    y += 16
  }
  for (; left > 0; left--) {
    columns(0, x, k, at, stride, y)
    at += 4
    y += 4
  }
}
