import { sizeOf } from '@vae/tensor'
import { refined, stridesAlong, type Walk } from './walk.ts'

/**
 * What a loop runs over: the sizes of its dimensions in row-major order, each at least 2, and which of them its
 * reductions take away. Values of a loop are full (an element for each point) or kept (one for each point of the
 * dimensions that stay).
 */
export interface Space {
  readonly sizes: readonly number[]
  readonly reduced: readonly boolean[]
}

/** A space without reductions. */
export const plainSpace = (sizes: readonly number[]): Space => ({ sizes, reduced: sizes.map(() => false) })

export const isReduced = ({ reduced }: Space): boolean => reduced.includes(true)

export const keptSizes = ({ sizes, reduced }: Space): number[] => sizes.filter((_, i) => !reduced[i])

/** The same space in smaller steps: `sizes` refine its own. */
const recut = (space: Space, sizes: readonly number[]): Space => ({
  sizes,
  // a reduced dimension as a stride: what is 0 in one piece is 0 in all
  reduced: stridesAlong(
    space.sizes.map((size, i) => ({ size, stride: Number(space.reduced[i]) })),
    sizes,
  ).map((stride) => stride > 0),
})

/** `space` cut so that its kept dimensions refine `kept` too; null if the cuts do not nest. */
const withKept = (space: Space, kept: readonly number[]): Space | null => {
  const cut = refined(keptSizes(space), kept)
  if (cut === null) return null
  const sizes: number[] = []
  let next = cut.length - 1
  for (let i = space.sizes.length - 1; i >= 0; i--) {
    if (space.reduced[i]) sizes.push(space.sizes[i]!)
    else for (let left = space.sizes[i]!; left > 1; left /= cut[next--]!) sizes.push(cut[next]!)
  }
  return recut(space, sizes.reverse())
}

/**
 * One space for the work of two: the same points with the same reductions, or those of one being what the other keeps.
 * Null if there is none.
 */
export const united = (a: Space, b: Space): Space | null => {
  if (sizeOf(a.sizes) === sizeOf(b.sizes)) {
    const sizes = refined(a.sizes, b.sizes)
    if (sizes === null) return null
    const [left, right] = [recut(a, sizes), recut(b, sizes)]
    if (!isReduced(left)) return right
    return !isReduced(right) || left.reduced.every((taken, i) => taken === right.reduced[i]) ? left : null
  }
  if (!isReduced(b) && sizeOf(keptSizes(a)) === sizeOf(b.sizes)) return withKept(a, b.sizes)
  if (!isReduced(a) && sizeOf(keptSizes(b)) === sizeOf(a.sizes)) return withKept(b, a.sizes)
  return null
}

/** Strides of a full value that lies as it is met. */
export const fullStrides = ({ sizes }: Space): number[] => sizes.map((_, i) => sizeOf(sizes.slice(i + 1)))

/** Strides of a kept value that lies as it is met. */
export const keptStrides = ({ sizes, reduced }: Space): number[] => {
  let stride = 1
  return sizes
    .map((size, i) => ({ size, taken: reduced[i]! }))
    .reverse()
    .map(({ size, taken }) => {
      const own = taken ? 0 : stride
      if (!taken) stride *= size
      return own
    })
    .reverse()
}

/** Strides in `space` of a value that full nodes (or those of kept values) read along `walk`. */
export const stridesIn = (space: Space, walk: Walk, full: boolean): number[] => {
  if (full) return stridesAlong(walk, space.sizes)
  const strides = stridesAlong(walk, keptSizes(space))
  let next = 0
  return space.reduced.map((taken) => (taken ? 0 : strides[next++]!))
}
