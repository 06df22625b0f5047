import { type Shape, sizeOf } from '@vae/tensor'

/*
 * How the elements of a stored value are met, one after another in row-major order of whoever reads it: runs of
 * equal strides, outermost first. A broadcast axis is a run of stride 0. Sizes are at least 2, so that a walk
 * over one element is empty.
 */

/** `size` steps, each `stride` elements further. */
export interface Run {
  readonly size: number
  readonly stride: number
}

export type Walk = readonly Run[]

/** Every element once, in the order in which they lie. */
export const straight = (elements: number): Walk => (elements === 1 ? [] : [{ size: elements, stride: 1 }])

/** Whether a walk meets every element once, in the order in which they lie. */
export const isStraight = (walk: Walk): boolean =>
  walk.length === 0 || (walk.length === 1 && walk[0]!.stride === 1)

export const sizesOf = (walk: Walk): number[] => walk.map(({ size }) => size)

/** The same walk in as few runs as possible. */
export const joined = (walk: Walk): Walk => {
  const runs: Run[] = []
  for (const run of walk) {
    const outer = runs.at(-1)
    if (run.size === 1) continue
    if (outer !== undefined && outer.stride === run.stride * run.size)
      runs[runs.length - 1] = { size: outer.size * run.size, stride: run.stride }
    else runs.push(run)
  }
  return runs
}

/**
 * The coarsest sizes that cut an iteration wherever one of two does: [6] and [2, 3] become [2, 3]; null for
 * [2, 3] and [3, 2], whose cuts do not nest.
 */
export const refined = (a: readonly number[], b: readonly number[]): number[] | null => {
  const sizes: number[] = []
  let [i, j] = [a.length - 1, b.length - 1]
  let [left, right] = [a[i] ?? 1, b[j] ?? 1]
  while (i >= 0 && j >= 0) {
    const size = Math.min(left, right)
    if (left % size !== 0 || right % size !== 0) return null
    if (size > 1) sizes.push(size)
    left /= size
    right /= size
    if (left === 1) left = a[--i] ?? 1
    if (right === 1) right = b[--j] ?? 1
  }
  return sizes.reverse()
}

/** For each of `sizes`, which refine those of the walk, how far one step leads. */
export const stridesAlong = (walk: Walk, sizes: readonly number[]): number[] => {
  const strides: number[] = []
  let run = walk.length - 1
  let within = 1
  for (let i = sizes.length - 1; i >= 0; i--) {
    const { size, stride } = walk[run]!
    strides.push(stride * within)
    within *= sizes[i]!
    if (within === size) {
      run--
      within = 1
    }
  }
  return strides.reverse()
}

/**
 * The walk of a tensor of shape `from`, read as `to` by broadcasting; null if the runs of `walk` (a way of reading the
 * tensor) and its axes do not nest.
 */
export const broadcastWalk = (walk: Walk, from: Shape, to: Shape): Walk | null => {
  const sizes = refined(
    sizesOf(walk),
    from.filter((size) => size !== 1),
  )
  if (sizes === null) return null
  const strides = stridesAlong(walk, sizes)
  const runs: Run[] = []
  let next = sizes.length - 1
  for (let back = 1; back <= to.length; back++) {
    const [size, own] = [to.at(-back)!, from.at(-back) ?? 1]
    if (own === 1) runs.push({ size, stride: 0 })
    else
      for (let left = own; left > 1; next--) {
        runs.push({ size: sizes[next]!, stride: strides[next]! })
        left /= sizes[next]!
      }
  }
  return joined(runs.reverse())
}

/** How many elements a walk meets. */
export const lengthOf = (walk: Walk): number => sizeOf(sizesOf(walk))
