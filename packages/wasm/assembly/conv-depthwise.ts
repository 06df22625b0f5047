import { madd } from './madd'

// Depthwise convolution with 3 × 3 taps and stride 1. The vector lanes are positions of a line, all weights stay in
// registers, and two lines of the result are made at once, so that they share half of what they load.

/** Bytes of input lines with zeros around them that stay in the first-level cache. */
const FRAME_BYTES: i32 = 16384

/** Bytes of a line of the frame, of which every position sees three elements. */
function lineBytes(columns: i32): i32 {
  return ((columns + 2) * 4 + 15) & ~15
}

/** Pairs of lines that are made of one frame. */
function pairsOfFrame(columns: i32): i32 {
  return max(1, (FRAME_BYTES / lineBytes(columns) - 2) >> 1)
}

/** Bytes of workspace of `convDepthwise`. */
export function convDepthwiseWorkspace(columns: i32): i32 {
  return (2 * pairsOfFrame(columns) + 2) * lineBytes(columns)
}

/**
 * A unit of the range is a pair of lines of one [rows, columns] plane of the result; of an odd number of rows the last
 * pair has one. There are `features` planes for each example, `multiple` for each [height, width] plane of the input.
 * Position (i, j) sees input elements from (i − lowRow, j − lowColumn) on. At least 4 columns.
 */
export function convDepthwise(
  input: usize, kernel: usize, to: usize, features: i32, multiple: i32, height: i32, width: i32, lowRow: i32,
  lowColumn: i32, rows: i32, columns: i32, workspace: usize, begin: i32, end: i32,
): void {
  const pairs = (rows + 1) >> 1, most = pairsOfFrame(columns)
  memory.fill(workspace, 0, convDepthwiseWorkspace(columns))
  while (begin < end) {
    const plane = begin / pairs, first = begin - plane * pairs
    const some = min(min(most, pairs - first), end - begin)
    fillFrame(
      input + (<usize>(plane / multiple * height * width) << 2), workspace, height, width, 2 * first - lowRow,
      lowColumn, 2 * some + 2, columns,
    )
    sumLines(
      workspace, kernel + <usize>(plane % features * 36), to + (<usize>((plane * rows + 2 * first) * columns) << 2),
      min(2 * some, rows - 2 * first), columns,
    )
    begin += some
  }
}

/** Copies `count` lines from number `first` on into the frame; the columns of zeros at both sides are there already. */
function fillFrame(
  plane: usize, frame: usize, height: i32, width: i32, first: i32, low: i32, count: i32, columns: i32,
): void {
  const bytes = lineBytes(columns)
  const skipped = max(0, -low), indent = max(0, low)
  const inside = min(width - skipped, columns + 2 - indent)
  for (let line = first; line < first + count; line++) {
    if (line < 0 || line >= height) memory.fill(frame, 0, bytes)
    else copyElements(plane + (<usize>(line * width + skipped) << 2), frame + (<usize>indent << 2), inside)
    frame += bytes
  }
}

@inline
function copyElements(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from))
    from += 4
    to += 4
  }
}

/** `count` lines of the result. */
function sumLines(frame: usize, weights: usize, to: usize, count: i32, columns: i32): void {
  const w0 = v128.load32_splat(weights), w1 = v128.load32_splat(weights, 4), w2 = v128.load32_splat(weights, 8)
  const w3 = v128.load32_splat(weights, 12), w4 = v128.load32_splat(weights, 16), w5 = v128.load32_splat(weights, 20)
  const w6 = v128.load32_splat(weights, 24), w7 = v128.load32_splat(weights, 28), w8 = v128.load32_splat(weights, 32)
  const bytes = <usize>lineBytes(columns), last = <usize>(columns - 4) << 2
  for (; count > 0; count -= 2) {
    // a second line that is missing is written to the first before that one
    const next = count > 1 ? to + (<usize>columns << 2) : to
    // the last vector overlaps the one before
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      let from = frame + at
      let c0 = f32x4.splat(0), c1 = c0
      let x = v128.load(from)
      c0 = madd(w0, x, c0)
      x = v128.load(from, 4)
      c0 = madd(w1, x, c0)
      x = v128.load(from, 8)
      c0 = madd(w2, x, c0)
      from += bytes
      x = v128.load(from)
      c0 = madd(w3, x, c0)
      c1 = madd(w0, x, c1)
      x = v128.load(from, 4)
      c0 = madd(w4, x, c0)
      c1 = madd(w1, x, c1)
      x = v128.load(from, 8)
      c0 = madd(w5, x, c0)
      c1 = madd(w2, x, c1)
      from += bytes
      x = v128.load(from)
      c0 = madd(w6, x, c0)
      c1 = madd(w3, x, c1)
      x = v128.load(from, 4)
      c0 = madd(w7, x, c0)
      c1 = madd(w4, x, c1)
      x = v128.load(from, 8)
      c0 = madd(w8, x, c0)
      c1 = madd(w5, x, c1)
      from += bytes
      x = v128.load(from)
      c1 = madd(w6, x, c1)
      x = v128.load(from, 4)
      c1 = madd(w7, x, c1)
      x = v128.load(from, 8)
      c1 = madd(w8, x, c1)
      v128.store(next + at, c1)
      v128.store(to + at, c0)
      if (at == last) break
    }
    frame += 2 * bytes
    to += <usize>columns << 3
  }
}
