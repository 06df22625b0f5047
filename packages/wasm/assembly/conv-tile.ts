// The register kernel of convolutions: up to 5 positions × 8 output channels. As in tile.ts, that is what fits
// into the vector registers.

export const POSITIONS: i32 = 5
export const CHANNELS: i32 = 8

/**
 * Sums over the segments in the table from `at` to `end`: a segment is the address of input elements and the
 * offset of its weights, and lasts for `bytes` bytes of weights (8 per input element). Position j reads
 * `shift` + j · `step` bytes further on. Every count of positions gets a copy with as many accumulators.
 */
@inline
function accumulate(
  positions: i32, at: usize, end: usize, shift: usize, step: usize, weights: usize, bytes: usize, to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00
  let c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00
  for (; at < end; at += 8) {
    let p0 = load<usize>(at) + shift
    let p1 = p0 + step
    let p2 = p1 + step
    let p3 = p2 + step
    let p4 = p3 + step
    let w = weights + load<usize>(at, 4)
    const stop = w + bytes
    for (; w < stop; w += 32) {
      const w0 = v128.load(w), w1 = v128.load(w, 16)
      let x = v128.load32_splat(p0)
      c00 = f32x4.add(c00, f32x4.mul(x, w0))
      c01 = f32x4.add(c01, f32x4.mul(x, w1))
      p0 += 4
      if (positions > 1) {
        x = v128.load32_splat(p1)
        c10 = f32x4.add(c10, f32x4.mul(x, w0))
        c11 = f32x4.add(c11, f32x4.mul(x, w1))
        p1 += 4
      }
      if (positions > 2) {
        x = v128.load32_splat(p2)
        c20 = f32x4.add(c20, f32x4.mul(x, w0))
        c21 = f32x4.add(c21, f32x4.mul(x, w1))
        p2 += 4
      }
      if (positions > 3) {
        x = v128.load32_splat(p3)
        c30 = f32x4.add(c30, f32x4.mul(x, w0))
        c31 = f32x4.add(c31, f32x4.mul(x, w1))
        p3 += 4
      }
      if (positions > 4) {
        x = v128.load32_splat(p4)
        c40 = f32x4.add(c40, f32x4.mul(x, w0))
        c41 = f32x4.add(c41, f32x4.mul(x, w1))
        p4 += 4
      }
    }
  }
  v128.store(to, c00)
  v128.store(to, c01, 16)
  v128.store(to, c10, 32)
  v128.store(to, c11, 48)
  v128.store(to, c20, 64)
  v128.store(to, c21, 80)
  v128.store(to, c30, 96)
  v128.store(to, c31, 112)
  v128.store(to, c40, 128)
  v128.store(to, c41, 144)
}

/** `to` = [position, channel] sums; see `accumulate`. */
export function convTile(
  positions: i32, at: usize, end: usize, shift: usize, step: usize, weights: usize, bytes: usize, to: usize,
): void {
  if (positions == 5) accumulate(5, at, end, shift, step, weights, bytes, to)
  else if (positions == 4) accumulate(4, at, end, shift, step, weights, bytes, to)
  else if (positions == 3) accumulate(3, at, end, shift, step, weights, bytes, to)
  else if (positions == 2) accumulate(2, at, end, shift, step, weights, bytes, to)
  else accumulate(1, at, end, shift, step, weights, bytes, to)
}
