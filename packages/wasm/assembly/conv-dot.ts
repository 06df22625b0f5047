/** Whether a group has so few outputs that lanes hold channels instead: see `convDot`. */
@inline
export function isNarrow(channels: i32, outputs: i32): bool {
  return outputs < 4 && (channels & 3) == 0
}

/** The sum of the four lanes. */
@inline
function total(a: v128): f32 {
  a = f32x4.add(a, v128.shuffle<i64>(a, a, 1, 0))
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)
}

/** As `accumulate` in conv-tile.ts, with one weight for each input element: four channels at a time. */
@inline
function accumulate(
  positions: i32, at: usize, end: usize, shift: usize, step: usize, weights: usize, bytes: usize, to: usize,
): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0
  for (; at < end; at += 8) {
    let p0 = load<usize>(at) + shift
    let p1 = p0 + step
    let p2 = p1 + step
    let p3 = p2 + step
    let p4 = p3 + step
    let w = weights + load<usize>(at, 4)
    const stop = w + bytes
    for (; w < stop; w += 16) {
      const factors = v128.load(w)
      c0 = f32x4.add(c0, f32x4.mul(v128.load(p0), factors))
      p0 += 16
      if (positions > 1) {
        c1 = f32x4.add(c1, f32x4.mul(v128.load(p1), factors))
        p1 += 16
      }
      if (positions > 2) {
        c2 = f32x4.add(c2, f32x4.mul(v128.load(p2), factors))
        p2 += 16
      }
      if (positions > 3) {
        c3 = f32x4.add(c3, f32x4.mul(v128.load(p3), factors))
        p3 += 16
      }
      if (positions > 4) {
        c4 = f32x4.add(c4, f32x4.mul(v128.load(p4), factors))
        p4 += 16
      }
    }
  }
  store<f32>(to, total(c0))
  store<f32>(to, total(c1), 32)
  store<f32>(to, total(c2), 64)
  store<f32>(to, total(c3), 96)
  store<f32>(to, total(c4), 128)
}

/** The first channel of `to` = [position, channel]: sums for a single output channel. */
export function convDot(
  positions: i32, at: usize, end: usize, shift: usize, step: usize, weights: usize, bytes: usize, to: usize,
): void {
  if (positions == 5) accumulate(5, at, end, shift, step, weights, bytes, to)
  else if (positions == 4) accumulate(4, at, end, shift, step, weights, bytes, to)
  else if (positions == 3) accumulate(3, at, end, shift, step, weights, bytes, to)
  else if (positions == 2) accumulate(2, at, end, shift, step, weights, bytes, to)
  else accumulate(1, at, end, shift, step, weights, bytes, to)
}
