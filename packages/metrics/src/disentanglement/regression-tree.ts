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
  let [total, squares] = [0, 0]
  for (const row of rows) {
    const target = targets[row]!
    total += target
    squares += target * target
  }
  const without = (total * total) / rows.length
  let best: Split | undefined
  const sums = new Float64Array(256)
  const counts = new Int32Array(256)
  for (const [feature, binOf] of bins.entries()) {
    sums.fill(0)
    counts.fill(0)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const bin = binOf[row]!
      sums[bin]! += targets[row]!
      counts[bin]!++
    }
    let [left, count] = [0, 0]
    for (let bin = 0; bin < 255; bin++) {
      if (counts[bin] === 0) continue
      left += sums[bin]!
      count += counts[bin]!
      if (count === rows.length) break
      const right = total - left
      const gain = (left * left) / count + (right * right) / (rows.length - count) - without
      if (gain > (best?.gain ?? 0) + resolution * squares) best = { feature, bin, gain }
    }
  }
  return best
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
    const binOf = bins[feature]!
    return {
      feature,
      bin,
      left: grow(
        rows.filter((row) => binOf[row]! <= bin),
        remaining - 1,
      ),
      right: grow(
        rows.filter((row) => binOf[row]! > bin),
        remaining - 1,
      ),
    }
  }
  return {
    tree: grow(
      Int32Array.from(targets, (_, row) => row),
      depth,
    ),
    gains,
  }
}

/** The leaf of a row. */
export const predict = (tree: RegressionTree, bins: readonly Uint8Array[], row: number): number => {
  let node = tree
  while (!('leaf' in node)) node = bins[node.feature]![row]! <= node.bin ? node.left : node.right
  return node.leaf
}
