import { bind, div, equal, mul, type Shape, select } from '@vae/tensor'
import type { T } from './vjp.ts'

/** Repeats what a reduction over `axes` left along them. */
export const spread = (x: T, shape: Shape, axes: readonly number[]): T => {
  const kept = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return bind('broadcastTo', [bind('reshape', [x], { shape: kept })], { shape }) as T
}

const ones = (shape: Shape): T => bind('fill', [], { value: 1, shape, dtype: 'f32' }) as T

/** The cotangent goes to the elements that are the extremum; ties share it equally. */
export const extremumGradient = (cotangent: T, x: T, extremum: T, axes: readonly number[]): T => {
  const winners = select(equal(x, spread(extremum, x.shape, axes)), ones(x.shape), 0)
  const count = spread(bind('sum', [winners], { axes }) as T, x.shape, axes)
  return div(mul(spread(cotangent, x.shape, axes), winners), count)
}
