/** A smooth function at a point. */
export interface Evaluated {
  readonly value: number
  readonly gradient: Float64Array
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** a + factor · b. */
const along = (a: Float64Array, b: Float64Array, factor: number): Float64Array =>
  a.map((value, i) => value + factor * b[i]!)

/** A step that was made, and the change of the gradient. */
interface Correction {
  readonly step: Float64Array
  readonly change: Float64Array
}

/** How many steps L-BFGS remembers. */
const memory = 10

/** −H g, with the inverse Hessian H of the remembered steps (Nocedal & Wright, algorithm 7.4). */
const directionOf = (gradient: Float64Array, corrections: readonly Correction[]): Float64Array => {
  let direction: Float64Array = gradient.map((value) => -value)
  const factors: number[] = []
  for (const { step, change } of [...corrections].reverse()) {
    const factor = dot(step, direction) / dot(step, change)
    factors.unshift(factor)
    direction = along(direction, change, -factor)
  }
  const last = corrections.at(-1)
  if (last !== undefined) {
    const scale = dot(last.step, last.change) / dot(last.change, last.change)
    direction = direction.map((value) => value * scale)
  }
  for (const [i, { step, change }] of corrections.entries())
    direction = along(direction, step, factors[i]! - dot(change, direction) / dot(step, change))
  return direction
}

/**
 * The minimum of a smooth convex function by L-BFGS, to a gradient of 10⁻⁶ of that at the start, or as far as rounding
 * lets it fall. Deterministic.
 *
 * @see J. Nocedal, S. Wright, "Numerical Optimization" (2nd edition, 2006), algorithm 7.5
 */
export const minimize = (
  f: (point: Float64Array) => Evaluated,
  start: Float64Array,
  iterations = 500,
): Float64Array => {
  let point = start
  let { value, gradient } = f(point)
  const enough = 1e-12 * dot(gradient, gradient)
  let corrections: readonly Correction[] = []
  for (let iteration = 0; iteration < iterations && dot(gradient, gradient) > enough; iteration++) {
    const direction = directionOf(gradient, corrections)
    const slope = dot(gradient, direction)
    // The first step has no scale of its own.
    let size = corrections.length === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1
    let next = along(point, direction, size)
    let evaluated = f(next)
    // Halved until the function falls by a share of what the slope promises (Armijo).
    while (!(evaluated.value <= value + 1e-4 * size * slope) && size > 1e-12) {
      size /= 2
      next = along(point, direction, size)
      evaluated = f(next)
    }
    if (!(evaluated.value < value)) return point
    const correction = { step: along(next, point, -1), change: along(evaluated.gradient, gradient, -1) }
    // Convexity makes it positive but for rounding.
    if (dot(correction.step, correction.change) > 0)
      corrections = [...corrections.slice(1 - memory), correction]
    point = next
    ;({ value, gradient } = evaluated)
  }
  return point
}
