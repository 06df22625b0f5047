import { maximalBins } from './feature-bins.ts'

/** A binary tree over binned features. */
export type RegressionTree =
  | { readonly leaf: number }
  | {
      readonly feature: number
      /** The last bin of the left branch. */
      readonly bin: number
      readonly left: RegressionTree
      readonly right: RegressionTree
    }

/** A tree that was fitted. */
export interface FittedTree {
  readonly tree: RegressionTree
  /** By how much the splits on each feature reduce the sum of squares. */
  readonly gains: Float64Array
}

interface Split {
  readonly feature: number
  readonly bin: number
  readonly gain: number
}

/** Gains that differ by less, as a share of the sum of squares, are the same but for rounding. */
const resolution = 1e-9

/** The split that reduces the sum of squares of the targets most, the first of equals; none if no split does. */
const bestSplit = (
  bins: readonly Uint8Array[],
  targets: Float64Array,
  rows: Int32Array,
): Split | undefined => {
  const count = rows.length
  const own = new Float64Array(count)
  let total = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const target = targets[rows[i]!]!
    own[i] = target
    total += target
    squares += target * target
  }
  const without = (total * total) / count
  const least = resolution * squares
  let best: Split | undefined
  const sums = new Float64Array(maximalBins)
  const counts = new Int32Array(maximalBins)
  for (const [feature, binOf] of bins.entries()) {
    sums.fill(0)
    counts.fill(0)
    for (let i = 0; i < count; i++) {
      const bin = binOf[rows[i]!]!
      sums[bin] = sums[bin]! + own[i]!
      counts[bin] = counts[bin]! + 1
    }
    let left = 0
    let before = 0
    for (let bin = 0; bin < maximalBins; bin++) {
      if (counts[bin] === 0) continue
      left += sums[bin]!
      before += counts[bin]!
      if (before === count) break
      const right = total - left
      const gain = (left * left) / before + (right * right) / (count - before) - without
      if (gain > (best?.gain ?? 0) + least) best = { feature, bin, gain }
    }
  }
  return best
}

/** The rows whose bin is at most `bin`, and the others. */
const partition = (rows: Int32Array, binOf: Uint8Array, bin: number): readonly [Int32Array, Int32Array] => {
  const parted = new Int32Array(rows.length)
  let left = 0
  let right = rows.length
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (binOf[row]! <= bin) parted[left++] = row
    else parted[--right] = row
  }
  // The right side was filled from its end.
  return [parted.subarray(0, left), parted.subarray(left).reverse()]
}

/**
 * The regression tree of depth `depth` at most that greedily reduces the sum of squares of `targets`. Leaves get the
 * value that `leafOf` gives for their rows.
 *
 * @param bins the bin of each row, for each feature
 * @see L. Breiman et al., "Classification and regression trees" (1984)
 */
export const fitTree = (
  bins: readonly Uint8Array[],
  targets: Float64Array,
  depth: number,
  leafOf: (rows: Int32Array) => number,
): FittedTree => {
  const gains = new Float64Array(bins.length)
  const grow = (rows: Int32Array, remaining: number): RegressionTree => {
    const split = remaining > 0 ? bestSplit(bins, targets, rows) : undefined
    if (split === undefined) return { leaf: leafOf(rows) }
    const { feature, bin, gain } = split
    gains[feature]! += gain
    const [left, right] = partition(rows, bins[feature]!, bin)
    return { feature, bin, left: grow(left, remaining - 1), right: grow(right, remaining - 1) }
  }
  const all = new Int32Array(targets.length)
  for (let row = 0; row < all.length; row++) all[row] = row
  return { tree: grow(all, depth), gains }
}

/** The leaf of a row. */
export const predict = (tree: RegressionTree, bins: readonly Uint8Array[], row: number): number => {
  let node = tree
  while (!('leaf' in node)) node = bins[node.feature]![row]! <= node.bin ? node.left : node.right
  return node.leaf
}
