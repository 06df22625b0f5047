import { finish } from './epilogue'
import { packLeft, packLeftTransposed, packRight, packRightTransposed } from './pack'
import { COLUMNS, putCorner, ROWS, tile, upperTile } from './tile'
import { vectorProduct } from './vector-product'

// Goto & van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a panel of the right
// operand stays in the first-level cache (32 KiB) while a block of the left one streams from the second
// (1 MiB).
const DEPTH: i32 = 256
const BLOCK_ROWS: i32 = 48 * ROWS
const BLOCK_COLUMNS: i32 = 128 * COLUMNS
const TILE_BYTES: i32 = ROWS * COLUMNS * 4

@inline
function roundUp(value: i32, unit: i32): i32 {
  return (value + unit - 1) / unit * unit
}

/** The length of equal steps of at most `most` that cover `size`, so that no thin rest remains. */
@inline
function stepOf(size: i32, most: i32, unit: i32): i32 {
  const steps = (size + most - 1) / most
  return steps <= 1 ? size : roundUp((size + steps - 1) / steps, unit)
}

@inline
function depthOf(k: i32): i32 {
  return stepOf(k, DEPTH, 4)
}

@inline
function leftBytes(rows: i32, depth: i32): i32 {
  return roundUp(roundUp(min(rows, BLOCK_ROWS), ROWS) * depth * 4, 64)
}

/** Bytes of packing space that `matmul` of these sizes needs. */
export function matmulWorkspace(m: i32, n: i32, k: i32): i32 {
  const depth = depthOf(k)
  const columns = roundUp(stepOf(n, BLOCK_COLUMNS, COLUMNS), COLUMNS)
  return roundUp(TILE_BYTES, 64) + leftBytes(m, depth) + columns * depth * 4
}

/** Units of one batch of `matmul`: panels of rows, or of columns if the range goes over them. */
export function matmulUnits(m: i32, n: i32, byColumns: bool): i32 {
  return byColumns ? (n + COLUMNS - 1) / COLUMNS : (m + ROWS - 1) / ROWS
}

/**
 * c[batch, m, n] = a · b, each batch of a stored [m, k] (or [k, m] if `transposeLeft`), of b [k, n] (or
 * [n, k] if `transposeRight`). A unit of the range is a panel of ROWS rows of one batch, or of COLUMNS columns if
 * `byColumns`: what the range does not divide is packed by every thread. The result gets `bias` [n] added, unless
 * that is 0, and then an `activation` of epilogue.ts, or none for 0.
 */
export function matmul(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeLeft: bool,
  transposeRight: bool,
  byColumns: bool,
  bias: usize,
  activation: i32,
  workspace: usize,
  begin: i32,
  end: i32,
): void {
  const panels = matmulUnits(m, n, byColumns)
  while (begin < end) {
    const batch = begin / panels
    const first = begin - batch * panels
    const last = min(panels, first + end - begin)
    product(
      a + ((<usize>batch * m * k) << 2),
      b + ((<usize>batch * k * n) << 2),
      c + ((<usize>batch * m * n) << 2),
      m, n, k, transposeLeft, transposeRight, bias, activation, workspace,
      byColumns ? 0 : first * ROWS, byColumns ? m : min(m, last * ROWS),
      byColumns ? first * COLUMNS : 0, byColumns ? min(n, last * COLUMNS) : n,
    )
    begin += last - first
  }
}

/** The part of a bias from `column` on; 0 stays 0. */
@inline
function further(bias: usize, column: i32): usize {
  return bias == 0 ? 0 : bias + (<usize>column << 2)
}

function product(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeLeft: bool,
  transposeRight: bool,
  bias: usize,
  activation: i32,
  workspace: usize,
  firstRow: i32,
  lastRow: i32,
  firstColumn: i32,
  lastColumn: i32,
): void {
  const stride = <usize>n << 2
  if (k == 0 || m == 1 || n == 1) {
    const columns = lastColumn - firstColumn
    const corner = c + <usize>firstRow * stride + (<usize>firstColumn << 2)
    if (k == 0)
      for (let row = 0; row < lastRow - firstRow; row++)
        memory.fill(corner + <usize>row * stride, 0, <usize>columns << 2)
    else if (m == 1) vectorProduct(a, b, c, k, n, transposeRight, firstColumn, lastColumn)
    else vectorProduct(b, a, c, k, m, !transposeLeft, firstRow, lastRow)
    finish(activation, corner, stride, lastRow - firstRow, columns, further(bias, firstColumn))
    return
  }
  const depth = depthOf(k)
  const left = workspace + <usize>roundUp(TILE_BYTES, 64)
  const right = left + <usize>leftBytes(m, depth)
  const leftStride = <usize>(transposeLeft ? m : k) << 2
  const rightStride = <usize>(transposeRight ? k : n) << 2
  const blockColumns = stepOf(n, BLOCK_COLUMNS, COLUMNS)
  for (let column = firstColumn; column < lastColumn; column += blockColumns) {
    const columns = min(blockColumns, lastColumn - column)
    for (let at = 0; at < k; at += depth) {
      const steps = min(depth, k - at)
      if (transposeRight)
        packRightTransposed(b + <usize>column * rightStride + (<usize>at << 2), rightStride, right, columns, steps)
      else packRight(b + <usize>at * rightStride + (<usize>column << 2), rightStride, right, columns, steps)
      for (let row = firstRow; row < lastRow; row += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, lastRow - row)
        if (transposeLeft)
          packLeftTransposed(a + <usize>at * leftStride + (<usize>row << 2), leftStride, left, rows, steps)
        else packLeft(a + <usize>row * leftStride + (<usize>at << 2), leftStride, left, rows, steps)
        const corner = c + <usize>row * stride + (<usize>column << 2)
        block(left, right, corner, stride, rows, columns, steps, at > 0, workspace)
        if (at + steps == k) finish(activation, corner, stride, rows, columns, further(bias, column))
      }
    }
  }
}

/** All tiles of one packed block. */
function block(
  left: usize,
  right: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  steps: i32,
  accumulate: bool,
  aside: usize,
): void {
  const leftPanel = <usize>steps * ROWS * 4
  const rightPanel = <usize>steps * COLUMNS * 4
  for (let column = 0; column < columns; column += COLUMNS) {
    let panel = left
    let at = c + (<usize>column << 2)
    for (let row = 0; row < rows; row += ROWS) {
      if (rows - row >= ROWS && columns - column >= COLUMNS) tile(steps, panel, right, at, stride, accumulate)
      else {
        if (rows - row <= 3) upperTile(steps, panel, right, aside, 32, false)
        else tile(steps, panel, right, aside, 32, false)
        putCorner(aside, at, stride, min(ROWS, rows - row), min(COLUMNS, columns - column), accumulate)
      }
      panel += leftPanel
      at += stride * ROWS
    }
    right += rightPanel
  }
}
