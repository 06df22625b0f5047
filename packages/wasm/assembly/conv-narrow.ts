import { Block, blockBytes, columnsOf, describe, frameBytes, frameOf, open, quadsOf } from './conv-block'
import { listTaps, putLanes, Quad, QUAD_BYTES, seenBy } from './conv-patches'
import { listFactors } from './conv-weights'
import { madd } from './madd'

// Convolution with few outputs in a group, most of all one: depthwise. The vector lanes are positions, each of which
// sees its element of the frame, and every weight is spread over all of them.

/** Bytes of workspace of `convNarrow`; the frames of a block have at most so many elements and lines. */
export function convNarrowWorkspace(rank: i32, taps: i32, panelBlock: i32, elements: i32, lines: i32): i32 {
  return (taps << 3) + blockBytes(rank, panelBlock) + frameBytes(elements, lines)
}

/** As `conv`, with the kernel as it is. */
export function convNarrow(
  input: usize, kernel: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32, channels: i32,
  outputs: i32, featureGroups: i32, batchGroups: i32, panelBlock: i32, taps: i32, workspace: usize, begin: i32,
  end: i32,
): void {
  const table = workspace, factors = workspace + (<usize>taps << 2), own = factors + (<usize>taps << 2)
  const block = describe(
    own, own + <usize>blockBytes(rank, panelBlock), input, to, axes, rank, batch, together, channels, outputs,
    featureGroups, batchGroups, panelBlock,
  )
  while (begin < end) {
    begin = open(block, begin, end)
    listTaps(table, block.sides, axes, rank, 0, taps)
    // without channels the sums are still to be written
    for (let channel = 0; channel < max(1, channels); channel++) {
      const used = channels > 0 ? taps : 0
      const frame = used > 0 ? frameOf(block, channel) : 0
      for (let output = 0; output < outputs; output++) {
        if (used > 0) listFactors(factors, kernel, axes, rank, (block.group * outputs + output) * channels + channel)
        const target = block.target + <usize>output * block.outputBytes
        for (let panel = 0; panel < block.some; ) {
          const quads = quadsOf(block, panel)
          const columns = columnsOf(block, panel)
          if (panel + 1 < block.some && areRows(quads)) {
            sumFour(quads, frame, table, factors, used, target, columnsOf(block, panel + 1), channel > 0)
            panel += 2
          } else {
            sumOne(quads, frame, table, factors, used, target, columns, channel > 0)
            sumOne(quads + QUAD_BYTES, frame, table, factors, used, target, columns - 4, channel > 0)
            panel++
          }
        }
      }
    }
  }
}

/** Whether the lanes of each of four quads lie side by side in the frame. */
function areRows(quads: usize): bool {
  for (let quad = 0; quad < 4; quad++)
    if (changetype<Quad>(quads + <usize>quad * QUAD_BYTES).step != 4) return false
  return true
}

/** Two panels of such quads, the second with `columns` positions. */
function sumFour(
  quads: usize, frame: usize, table: usize, factors: usize, taps: i32, to: usize, columns: i32, accumulate: bool,
): void {
  const q0 = changetype<Quad>(quads), q1 = changetype<Quad>(quads + QUAD_BYTES)
  const q2 = changetype<Quad>(quads + 2 * QUAD_BYTES), q3 = changetype<Quad>(quads + 3 * QUAD_BYTES)
  const p0 = frame + q0.from0, p1 = frame + q1.from0, p2 = frame + q2.from0, p3 = frame + q3.from0
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0
  for (let tap = 0; tap < taps; tap++) {
    const away = load<i32>(table + (<usize>tap << 2))
    const factor = v128.load32_splat(factors + (<usize>tap << 2))
    c0 = madd(factor, v128.load(p0 + away), c0)
    c1 = madd(factor, v128.load(p1 + away), c1)
    c2 = madd(factor, v128.load(p2 + away), c2)
    c3 = madd(factor, v128.load(p3 + away), c3)
  }
  putLanes(quads, to, c0, 4, accumulate)
  putLanes(quads + QUAD_BYTES, to, c1, 4, accumulate)
  putLanes(quads + 2 * QUAD_BYTES, to, c2, columns, accumulate)
  putLanes(quads + 3 * QUAD_BYTES, to, c3, columns - 4, accumulate)
}

/** A quad with `columns` positions. */
function sumOne(
  quad: usize, frame: usize, table: usize, factors: usize, taps: i32, to: usize, columns: i32, accumulate: bool,
): void {
  let c = f32x4.splat(0)
  for (let tap = 0; tap < taps; tap++) {
    const seen = seenBy(quad, frame + load<i32>(table + (<usize>tap << 2)))
    c = madd(v128.load32_splat(factors + (<usize>tap << 2)), seen, c)
  }
  putLanes(quad, to, c, columns, accumulate)
}
