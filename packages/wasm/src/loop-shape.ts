import { sizeOf } from '@vae/tensor'
import type { LoopStep } from './step.ts'

/**
 * How a loop goes through its space. The range of its function counts units; within one unit it nests over the
 * dimensions of `nest`.
 *
 * - flat: one dimension, and a unit is a vector of four elements;
 * - rows: a unit is a point of the `unit` dimensions, and vectors lie along the innermost of `nest`;
 * - columns: vectors lie along the last dimension, which stays; a unit is 16 elements of it at a point of `unit`.
 */
export interface LoopShape {
  readonly kind: 'flat' | 'rows' | 'columns'
  /** Indices of dimensions, outermost first. */
  readonly unit: readonly number[]
  readonly nest: readonly number[]
}

/** Elements of a unit of columns: one cache line. */
export const columnBlock = 16

/** Elements that are enough for one unit where nothing says what one is. */
const enough = 4096

type Sizes = Pick<LoopStep<unknown>, 'sizes' | 'reduced'>

export const shapeOf = ({ sizes, reduced }: Sizes): LoopShape => {
  const dimensions = sizes.map((_, i) => i)
  if (reduced.includes(true)) {
    const [unit, nest] = [false, true].map((taken) => dimensions.filter((i) => reduced[i] === taken))
    return reduced.at(-1)
      ? { kind: 'rows', unit: unit!, nest: nest! }
      : { kind: 'columns', unit: unit!.slice(0, -1), nest: nest! }
  }
  if (sizes.length <= 1) return { kind: 'flat', unit: [], nest: dimensions }
  let first = sizes.length - 1
  while (first > 1 && sizeOf(sizes.slice(first - 1)) <= enough) first--
  return { kind: 'rows', unit: dimensions.slice(0, first), nest: dimensions.slice(first) }
}

/** Units of a loop's range. */
export const loopUnits = (step: Sizes & Pick<LoopStep<unknown>, 'elements'>): number => {
  const { kind, unit } = shapeOf(step)
  if (kind === 'flat') return Math.ceil(step.elements / 4)
  const points = sizeOf(unit.map((i) => step.sizes[i]!))
  return kind === 'rows' ? points : points * Math.ceil(step.sizes.at(-1)! / columnBlock)
}
