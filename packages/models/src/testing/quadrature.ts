/** Points and weights of Simpson's rule on [from, to] with an even number of steps. */
export interface Quadrature {
  readonly points: readonly number[]
  readonly weights: readonly number[]
}

/** Simpson's rule on [from, to]: exact for cubics, with an error of the order of the fourth power of the step. */
export const simpson = (from: number, to: number, steps: number): Quadrature => {
  const width = (to - from) / steps
  const all = Array.from({ length: steps + 1 }, (_, i) => i)
  return {
    points: all.map((i) => from + i * width),
    weights: all.map((i) => ((i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * width) / 3),
  }
}

/** Two rules one after the other, for integrands with a kink between them. */
export const joined = (first: Quadrature, second: Quadrature): Quadrature => ({
  points: [...first.points, ...second.points],
  weights: [...first.weights, ...second.weights],
})

/** Σ wᵢ f(xᵢ) of values f(xᵢ). */
export const integrate = ({ weights }: Quadrature, values: readonly number[]): number =>
  weights.reduce((total, weight, i) => total + weight * values[i]!, 0)
