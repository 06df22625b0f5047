import { Quad, QUAD_BYTES } from './conv-patches'
import { COLUMNS, ROWS, tile, upperTile } from './tile'

/** Bytes in which `multiplyPanel` puts a tile together. */
export const TILE_BYTES: usize = 192

/** The place in the result of one of eight positions. */
@inline
function placeOf(quads: usize, column: i32): i32 {
  const quad = quads + (column < 4 ? 0 : QUAD_BYTES)
  return load<i32>(quad + (<usize>(column & 3) << 2), offsetof<Quad>('to0'))
}

/**
 * All outputs of one panel of positions, of which there are `columns`: panels of weights, `leftBytes` apart, times one
 * of patches. A tile of ROWS outputs × 8 positions goes to its place at once where the positions (two of `quads`) lie side
 * by side.
 */
export function multiplyPanel(
  depth: i32, left: usize, leftBytes: usize, right: usize, quads: usize, columns: i32, to: usize, outputBytes: usize,
  outputs: i32, aside: usize, accumulate: bool,
): void {
  const straight = depth > 0 && columns == COLUMNS && isStraight(quads)
  const offset = placeOf(quads, 0)
  if (depth == 0) memory.fill(aside, 0, TILE_BYTES)
  for (let output = 0; output < outputs; output += ROWS) {
    if (straight && outputs - output >= ROWS) tile(depth, left, right, to + offset, outputBytes, accumulate)
    else {
      if (depth > 0 && outputs - output > 3) tile(depth, left, right, aside, COLUMNS * 4, false)
      else if (depth > 0) upperTile(depth, left, right, aside, COLUMNS * 4, false)
      putTile(aside, quads, to, outputBytes, min(ROWS, outputs - output), columns, accumulate)
    }
    left += leftBytes
    to += outputBytes * ROWS
  }
}

/** Whether eight positions lie side by side in the result. */
function isStraight(quads: usize): bool {
  const first = placeOf(quads, 0)
  for (let column = 1; column < COLUMNS; column++) if (placeOf(quads, column) != first + (column << 2)) return false
  return true
}

/** Moves (or adds) the `rows` × `columns` corner of a tile to its places. */
function putTile(
  from: usize, quads: usize, to: usize, rowBytes: usize, rows: i32, columns: i32, accumulate: bool,
): void {
  if (columns == COLUMNS) {
    if (accumulate) putRows(true, from, quads, to, rowBytes, rows)
    else putRows(false, from, quads, to, rowBytes, rows)
    return
  }
  for (let column = 0; column < columns; column++) {
    let at = to + placeOf(quads, column)
    let source = from + (<usize>column << 2)
    for (let row = 0; row < rows; row++) {
      putOne(accumulate, source, at)
      source += COLUMNS * 4
      at += rowBytes
    }
  }
}

@inline
function putOne(accumulate: bool, from: usize, to: usize): void {
  const value = load<f32>(from)
  store<f32>(to, accumulate ? load<f32>(to) + value : value)
}

/** Whole rows of a tile. */
@inline
function putRows(accumulate: bool, from: usize, quads: usize, to: usize, rowBytes: usize, rows: i32): void {
  const at0 = placeOf(quads, 0), at1 = placeOf(quads, 1), at2 = placeOf(quads, 2), at3 = placeOf(quads, 3)
  const at4 = placeOf(quads, 4), at5 = placeOf(quads, 5), at6 = placeOf(quads, 6), at7 = placeOf(quads, 7)
  for (let row = 0; row < rows; row++) {
    putOne(accumulate, from, to + at0)
    putOne(accumulate, from + 4, to + at1)
    putOne(accumulate, from + 8, to + at2)
    putOne(accumulate, from + 12, to + at3)
    putOne(accumulate, from + 16, to + at4)
    putOne(accumulate, from + 20, to + at5)
    putOne(accumulate, from + 24, to + at6)
    putOne(accumulate, from + 28, to + at7)
    from += COLUMNS * 4
    to += rowBytes
  }
}
