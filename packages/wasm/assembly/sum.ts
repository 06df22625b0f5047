// Sums over one axis of [outer, reduce, inner]. Floats accumulate in f64: the result is the same for every
// order of additions that a later split among threads could choose up to the last rounding, and the order
// here is fixed anyway.

@inline
function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

@inline
function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
}

/** to[i] = Σ from[i, 0 … reduce). A unit of the range is one row i. */
export function sumRows(from: usize, to: usize, reduce: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    let at = from + ((<usize>row * reduce) << 2)
    let left = reduce
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0
    for (; left >= 8; left -= 8) {
      const x = v128.load(at), y = v128.load(at, 16)
      s0 = f64x2.add(s0, lowHalf(x))
      s1 = f64x2.add(s1, highHalf(x))
      s2 = f64x2.add(s2, lowHalf(y))
      s3 = f64x2.add(s3, highHalf(y))
      at += 32
    }
    s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))
    let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)
    for (; left > 0; left--) {
      sum += <f64>load<f32>(at)
      at += 4
    }
    store<f32>(to + (<usize>row << 2), <f32>sum)
  }
}

const BLOCK: i32 = 16

/**
 * to[o, i] = Σ_r from[o, r, i]. A unit of the range is a block of 16 columns i of one o, counted row by row:
 * there are outer · ⌈inner / 16⌉.
 */
export function sumColumns(from: usize, to: usize, reduce: i32, inner: i32, begin: i32, end: i32): void {
  const blocks = (inner + BLOCK - 1) / BLOCK
  const stride = <usize>inner << 2
  for (let unit = begin; unit < end; unit++) {
    const outer = unit / blocks
    let column = (unit - outer * blocks) * BLOCK
    const last = min(inner, column + BLOCK)
    let source = from + ((<usize>outer * reduce * inner + column) << 2)
    let target = to + ((<usize>outer * inner + column) << 2)
    if (last - column == BLOCK) {
      sumBlock(source, target, reduce, stride)
      continue
    }
    for (; column + 4 <= last; column += 4) {
      let s0 = f64x2.splat(0), s1 = s0
      let at = source
      for (let r = 0; r < reduce; r++) {
        const x = v128.load(at)
        s0 = f64x2.add(s0, lowHalf(x))
        s1 = f64x2.add(s1, highHalf(x))
        at += stride
      }
      v128.store(target, narrow(s0, s1))
      source += 16
      target += 16
    }
    for (; column < last; column++) {
      let sum: f64 = 0
      let at = source
      for (let r = 0; r < reduce; r++) {
        sum += <f64>load<f32>(at)
        at += stride
      }
      store<f32>(target, <f32>sum)
      source += 4
      target += 4
    }
  }
}

@inline
function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** One whole block of 16 columns. */
function sumBlock(from: usize, to: usize, reduce: i32, stride: usize): void {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0
  for (let r = 0; r < reduce; r++) {
    let x = v128.load(from)
    s0 = f64x2.add(s0, lowHalf(x))
    s1 = f64x2.add(s1, highHalf(x))
    x = v128.load(from, 16)
    s2 = f64x2.add(s2, lowHalf(x))
    s3 = f64x2.add(s3, highHalf(x))
    x = v128.load(from, 32)
    s4 = f64x2.add(s4, lowHalf(x))
    s5 = f64x2.add(s5, highHalf(x))
    x = v128.load(from, 48)
    s6 = f64x2.add(s6, lowHalf(x))
    s7 = f64x2.add(s7, highHalf(x))
    from += stride
  }
  v128.store(to, narrow(s0, s1))
  v128.store(to, narrow(s2, s3), 16)
  v128.store(to, narrow(s4, s5), 32)
  v128.store(to, narrow(s6, s7), 48)
}

/** to[o, i] = Σ_r from[o, r, i] of 32-bit integers, modulo 2³². A unit of the range is one element of `to`. */
export function sumIntegers(from: usize, to: usize, reduce: i32, inner: i32, begin: i32, end: i32): void {
  const stride = <usize>inner << 2
  for (let unit = begin; unit < end; unit++) {
    const outer = unit / inner
    let at = from + ((<usize>outer * reduce * inner + (unit - outer * inner)) << 2)
    let sum: i32 = 0
    for (let r = 0; r < reduce; r++) {
      sum += load<i32>(at)
      at += stride
    }
    store<i32>(to + (<usize>unit << 2), sum)
  }
}
