import { sigmoid, tanh } from './math'

// What a product may do to its result while that is in the cache: add a row to every row, then apply a function.
// src/epilogue.ts finds where, and numbers the functions alike.

const NONE: i32 = 0
const RELU: i32 = 1
const TANH: i32 = 2
const SIGMOID: i32 = 3

@inline
function activated(activation: i32, x: v128): v128 {
  if (activation == RELU) return v128.andnot(x, f32x4.le(x, f32x4.splat(0)))
  if (activation == TANH) return tanh(x)
  return activation == SIGMOID ? sigmoid(x) : x
}

/** Every element is finished alike, whether in a vector or alone. */
@inline
function finishAs(activation: i32, c: usize, stride: usize, rows: i32, columns: i32, bias: usize): void {
  for (let row = 0; row < rows; row++) {
    let at = c, from = bias
    let left = columns
    for (; left >= 4; left -= 4) {
      let x = v128.load(at)
      if (bias != 0) x = f32x4.add(x, v128.load(from))
      v128.store(at, activated(activation, x))
      at += 16
      from += 16
    }
    for (; left > 0; left--) {
      let x = v128.load32_zero(at)
      if (bias != 0) x = f32x4.add(x, v128.load32_zero(from))
      v128.store_lane<f32>(at, activated(activation, x), 0)
      at += 4
      from += 4
    }
    c += stride
  }
}

/** Adds the row at `bias`, unless that is 0, to rows of `c`, `stride` bytes apart, and applies a function. */
export function finish(activation: i32, c: usize, stride: usize, rows: i32, columns: i32, bias: usize): void {
  if (activation == RELU) finishAs(RELU, c, stride, rows, columns, bias)
  else if (activation == TANH) finishAs(TANH, c, stride, rows, columns, bias)
  else if (activation == SIGMOID) finishAs(SIGMOID, c, stride, rows, columns, bias)
  else if (bias != 0) finishAs(NONE, c, stride, rows, columns, bias)
}
