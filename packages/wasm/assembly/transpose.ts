// Shuffles that transpose 4 × 4 blocks in registers: see `transpose`.

@inline
export function low(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5)
}

@inline
export function high(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7)
}

/** Four vectors at `from`, `step` bytes apart, as columns at `to`. */
@inline
export function transpose(from: usize, step: usize, to: usize, toStep: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + step)
  const r2 = v128.load(from + step * 2), r3 = v128.load(from + step * 3)
  const a0 = low(r0, r2), a1 = high(r0, r2), b0 = low(r1, r3), b1 = high(r1, r3)
  v128.store(to, low(a0, b0))
  v128.store(to + toStep, high(a0, b0))
  v128.store(to + toStep * 2, low(a1, b1))
  v128.store(to + toStep * 3, high(a1, b1))
}
