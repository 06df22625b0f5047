// The one-dimensional transforms of F(4, 3): four outputs of a kernel of three taps by six products instead of
// twelve (Lavin & Gray, "Fast algorithms for convolutional neural networks", 2015). The points at which the
// polynomials are evaluated are 0, ±√½, ±√2 and ∞: symmetric, and a²b² = 1 spares multiplications; against the
// usual 0, ±1, ±2, ∞ the error halves (docs/design/convolution.md). Each function transforms along one axis; its
// results lie `step` bytes apart.
import { madd } from './madd'

const A: f32 = 0.7071067811865476
const B: f32 = 1.4142135623730951

/** Bᵀd: six input elements at the six points. */
@inline
export function transformInput(
  d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize,
): void {
  const rest = f32x4.splat(-2.5)
  v128.store(to, madd(rest, d2, f32x4.add(d0, d4)))
  v128.store(to + step * 5, madd(rest, d3, f32x4.add(d1, d5)))
  const evenA = madd(f32x4.splat(-2), d2, d4)
  const oddA = f32x4.mul(f32x4.splat(A), madd(f32x4.splat(-2), d1, d3))
  v128.store(to + step, f32x4.add(evenA, oddA))
  v128.store(to + step * 2, f32x4.sub(evenA, oddA))
  const evenB = madd(f32x4.splat(-0.5), d2, d4)
  const oddB = f32x4.mul(f32x4.splat(B), madd(f32x4.splat(-0.5), d1, d3))
  v128.store(to + step * 3, f32x4.add(evenB, oddB))
  v128.store(to + step * 4, f32x4.sub(evenB, oddB))
}

/** Gg: three taps at the six points, divided by what the points ask for. */
@inline
export function transformTaps(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, g0)
  v128.store(to + step * 5, g2)
  const evenA = f32x4.mul(f32x4.splat(-2.0 / 3.0), madd(f32x4.splat(0.5), g2, g0))
  const oddA = f32x4.mul(f32x4.splat(-2.0 / 3.0 * A), g1)
  v128.store(to + step, f32x4.add(evenA, oddA))
  v128.store(to + step * 2, f32x4.sub(evenA, oddA))
  const evenB = f32x4.mul(f32x4.splat(1.0 / 6.0), madd(f32x4.splat(2), g2, g0))
  const oddB = f32x4.mul(f32x4.splat(1.0 / 6.0 * B), g1)
  v128.store(to + step * 3, f32x4.add(evenB, oddB))
  v128.store(to + step * 4, f32x4.sub(evenB, oddB))
}

/** Aᵀm: products at six points as four outputs. */
@inline
export function transformProducts(
  m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, to: usize, step: usize,
): void {
  const sumA = f32x4.add(m1, m2), sumB = f32x4.add(m3, m4)
  const differenceA = f32x4.mul(f32x4.splat(A), f32x4.sub(m1, m2))
  const differenceB = f32x4.mul(f32x4.splat(B), f32x4.sub(m3, m4))
  v128.store(to, f32x4.add(m0, f32x4.add(sumA, sumB)))
  v128.store(to + step, f32x4.add(differenceA, differenceB))
  v128.store(to + step * 2, madd(f32x4.splat(0.5), sumA, f32x4.add(sumB, sumB)))
  v128.store(to + step * 3, madd(f32x4.splat(0.5), differenceA, madd(f32x4.splat(2), differenceB, m5)))
}
