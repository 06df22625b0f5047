import { COLUMNS, ROWS } from './tile'
import { high, low } from './transpose'

// Packing rearranges a block of a matrix so that the register kernel reads both operands in one straight
// line: the left operand in panels of ROWS rows, the right one in panels of 8 columns, both k-major. The last
// panel may be partial; its missing rows or columns repeat existing ones, and nobody stores what they give.

@inline
function firstPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2)
}

@inline
function secondPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3)
}

/** The first of two pairs from the fifth and the sixth row, as far as a panel has them. */
@inline
function putFirst(to: usize, pairs: v128): void {
  if (ROWS == 5) v128.store_lane<f32>(to, pairs, 0, 16)
  else v128.store_lane<i64>(to, pairs, 0, 16)
}

@inline
function putSecond(to: usize, pairs: v128): void {
  if (ROWS == 5) v128.store_lane<f32>(to, pairs, 2, 16)
  else v128.store_lane<i64>(to, pairs, 1, 16)
}

/** Rows `row` … `row + rows` of the row-major block at `a` (`stride` bytes between rows), k columns. */
export function packLeft(a: usize, stride: usize, to: usize, rows: i32, k: i32): void {
  for (let row = 0; row < rows; row += ROWS) {
    const last = rows - row - 1
    let p0 = a + <usize>row * stride
    let p1 = p0 + <usize>min(1, last) * stride
    let p2 = p0 + <usize>min(2, last) * stride
    let p3 = p0 + <usize>min(3, last) * stride
    let p4 = p0 + <usize>min(4, last) * stride
    let p5 = p0 + <usize>min(ROWS - 1, last) * stride
    let left = k
    for (; left >= 4; left -= 4) {
      const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3)
      const r4 = v128.load(p4), r5 = ROWS > 5 ? v128.load(p5) : r4
      const a0 = low(r0, r2), a1 = high(r0, r2), b0 = low(r1, r3), b1 = high(r1, r3)
      const early = low(r4, r5), late = high(r4, r5)
      v128.store(to, low(a0, b0))
      putFirst(to, early)
      to += ROWS * 4
      v128.store(to, high(a0, b0))
      putSecond(to, early)
      to += ROWS * 4
      v128.store(to, low(a1, b1))
      putFirst(to, late)
      to += ROWS * 4
      v128.store(to, high(a1, b1))
      putSecond(to, late)
      to += ROWS * 4
      p0 += 16
      p1 += 16
      p2 += 16
      p3 += 16
      p4 += 16
      p5 += 16
    }
    for (; left > 0; left--) {
      store<f32>(to, load<f32>(p0))
      store<f32>(to, load<f32>(p1), 4)
      store<f32>(to, load<f32>(p2), 8)
      store<f32>(to, load<f32>(p3), 12)
      store<f32>(to, load<f32>(p4), 16)
      if (ROWS > 5) store<f32>(to, load<f32>(p5), 20)
      to += ROWS * 4
      p0 += 4
      p1 += 4
      p2 += 4
      p3 += 4
      p4 += 4
      p5 += 4
    }
  }
}

/** As `packLeft`, for a block whose rows lie as columns: `stride` bytes from one k to the next. */
export function packLeftTransposed(a: usize, stride: usize, to: usize, rows: i32, k: i32): void {
  for (let row = 0; row < rows; row += ROWS) {
    let from = a + (<usize>row << 2)
    for (let i = 0; i < k; i++) {
      v128.store(to, v128.load(from))
      if (ROWS == 5) store<f32>(to, load<f32>(from, 16), 16)
      else store<f64>(to, load<f64>(from, 16), 16)
      to += ROWS * 4
      from += stride
    }
  }
}

/** The k × columns block at `b` (`stride` bytes between rows). */
export function packRight(b: usize, stride: usize, to: usize, columns: i32, k: i32): void {
  for (let column = 0; column < columns; column += COLUMNS) {
    let from = b + (<usize>column << 2)
    for (let i = 0; i < k; i++) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
      to += 32
      from += stride
    }
  }
}

/** As `packRight`, for a block that lies transposed: columns × k, `stride` bytes from column to column. */
export function packRightTransposed(b: usize, stride: usize, to: usize, columns: i32, k: i32): void {
  for (let column = 0; column < columns; column += COLUMNS) {
    const last = columns - column - 1
    for (let half = 0; half < COLUMNS; half += 4) {
      const base = b + <usize>column * stride
      let p0 = base + <usize>min(half, last) * stride
      let p1 = base + <usize>min(half + 1, last) * stride
      let p2 = base + <usize>min(half + 2, last) * stride
      let p3 = base + <usize>min(half + 3, last) * stride
      let at = to + (<usize>half << 2)
      let left = k
      for (; left >= 4; left -= 4) {
        const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3)
        const a0 = low(r0, r1), a1 = high(r0, r1), b0 = low(r2, r3), b1 = high(r2, r3)
        v128.store(at, firstPairs(a0, b0))
        v128.store(at, secondPairs(a0, b0), 32)
        v128.store(at, firstPairs(a1, b1), 64)
        v128.store(at, secondPairs(a1, b1), 96)
        at += 128
        p0 += 16
        p1 += 16
        p2 += 16
        p3 += 16
      }
      for (; left > 0; left--) {
        store<f32>(at, load<f32>(p0))
        store<f32>(at, load<f32>(p1), 4)
        store<f32>(at, load<f32>(p2), 8)
        store<f32>(at, load<f32>(p3), 12)
        at += 32
        p0 += 4
        p1 += 4
        p2 += 4
        p3 += 4
      }
    }
    to += <usize>k << 5
  }
}
