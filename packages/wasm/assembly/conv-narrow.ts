import { Block, blockBytes, describe, frameBytes, framesOf, open, quadsOf } from './conv-block'
import { everySecond, listTaps, putLanes, Quad, QUAD_BYTES, seenBy } from './conv-patches'
import { listFactors } from './conv-weights'
import { madd } from './madd'

// Convolution with few outputs in a group, most of all one: depthwise. The vector lanes are positions, each of which
// sees its element of the frame, and every weight is spread over all of them.

/** Bytes of workspace of `convNarrow`; a frame has at most so many elements and lines. */
export function convNarrowWorkspace(
  rank: i32, taps: i32, channels: i32, outputs: i32, channelBlock: i32, panelBlock: i32, elements: i32, lines: i32,
): i32 {
  return panelBlock * outputs * 32 + (taps << 2) * (channelBlock + outputs * channels) + blockBytes(rank, panelBlock) + frameBytes(channelBlock * elements, lines)
}

/** As `conv`, with the kernel as it is, all taps of `channelBlock` channels at a time. */
export function convNarrow(
  input: usize, kernel: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32, channels: i32,
  outputs: i32, featureGroups: i32, batchGroups: i32, channelBlock: i32, panelBlock: i32, taps: i32, workspace: usize, begin: i32,
  end: i32,
): void {
  // [output, quad] vectors of sums
  const sums = workspace, table = sums + <usize>(panelBlock * outputs * 32)
  const factors = table + (<usize>(channelBlock * taps) << 2), own = factors + (<usize>(taps * outputs * channels) << 2)
  const block = describe(
    own, own + <usize>blockBytes(rank, panelBlock), input, to, axes, rank, batch, together, channels, outputs,
    featureGroups, batchGroups, panelBlock, true, channelBlock,
  )
  let group = -1
  while (begin < end) {
    begin = open(block, begin, end)
    if (group != block.group) {
      group = block.group
      // [output, channel, tap]
      for (let index = 0; index < outputs * channels; index++)
        listFactors(
          factors + (<usize>(index * taps) << 2), kernel, axes, rank, group * outputs * channels + index,
        )
    }
    listTaps(table, block.sides, axes, rank, 0, taps, channelBlock, block.frameStep)
    const panels = block.some, quads = quadsOf(block, 0)
    if (taps * channels == 0) memory.fill(sums, 0, <usize>(panels * outputs) << 5)
    for (let channel = 0; channel < channels; channel += channelBlock) {
      const some = min(channelBlock, channels - channel)
      const frame = framesOf(block, channel, some)
      for (let output = 0; output < outputs; output++) {
        const own = factors + (<usize>((output * channels + channel) * taps) << 2)
        const at = sums + (<usize>(output * panels) << 5)
        let panel = 0
        for (; panel + 2 <= panels; panel += 2)
          sumFour(quadsOf(block, panel), frame, table, own, some * taps, at + (<usize>panel << 5), channel > 0)
        if (panel < panels)
          sumTwo(quadsOf(block, panel), frame, table, own, some * taps, at + (<usize>panel << 5), channel > 0)
      }
    }
    for (let output = 0; output < outputs; output++)
      for (let quad = 0; quad < 2 * panels; quad++)
        putLanes(
          quads + <usize>quad * QUAD_BYTES, block.target + <usize>output * block.outputBytes,
          v128.load(sums + (<usize>(output * panels * 2 + quad) << 4)),
        )
  }
}

/** Four quads: what they see under all taps is added to, or written to, their sums. */
function sumFour(
  quads: usize, frame: usize, table: usize, factors: usize, taps: i32, sums: usize, accumulate: bool,
): void {
  const q0 = changetype<Quad>(quads), q1 = changetype<Quad>(quads + QUAD_BYTES)
  const q2 = changetype<Quad>(quads + 2 * QUAD_BYTES), q3 = changetype<Quad>(quads + 3 * QUAD_BYTES)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0
  if (accumulate) {
    c0 = v128.load(sums)
    c1 = v128.load(sums, 16)
    c2 = v128.load(sums, 32)
    c3 = v128.load(sums, 48)
  }
  const end = table + (<usize>taps << 2)
  if (q0.step == 4 && q1.step == 4 && q2.step == 4 && q3.step == 4) {
    const p0 = frame + q0.from0, p1 = frame + q1.from0, p2 = frame + q2.from0, p3 = frame + q3.from0
    for (; table < end; table += 4) {
      const away = load<i32>(table)
      const factor = v128.load32_splat(factors)
      c0 = madd(factor, v128.load(p0 + away), c0)
      c1 = madd(factor, v128.load(p1 + away), c1)
      c2 = madd(factor, v128.load(p2 + away), c2)
      c3 = madd(factor, v128.load(p3 + away), c3)
      factors += 4
    }
  } else if (q0.step == 8 && q1.step == 8 && q2.step == 8 && q3.step == 8) {
    const p0 = frame + q0.from0, p1 = frame + q1.from0, p2 = frame + q2.from0, p3 = frame + q3.from0
    for (; table < end; table += 4) {
      const away = load<i32>(table)
      const factor = v128.load32_splat(factors)
      c0 = madd(factor, everySecond(p0 + away), c0)
      c1 = madd(factor, everySecond(p1 + away), c1)
      c2 = madd(factor, everySecond(p2 + away), c2)
      c3 = madd(factor, everySecond(p3 + away), c3)
      factors += 4
    }
  } else
    for (; table < end; table += 4) {
      const at = frame + load<i32>(table)
      const factor = v128.load32_splat(factors)
      c0 = madd(factor, seenBy(quads, at), c0)
      c1 = madd(factor, seenBy(quads + QUAD_BYTES, at), c1)
      c2 = madd(factor, seenBy(quads + 2 * QUAD_BYTES, at), c2)
      c3 = madd(factor, seenBy(quads + 3 * QUAD_BYTES, at), c3)
      factors += 4
    }
  v128.store(sums, c0)
  v128.store(sums, c1, 16)
  v128.store(sums, c2, 32)
  v128.store(sums, c3, 48)
}

/** As `sumFour`, for two quads. */
function sumTwo(
  quads: usize, frame: usize, table: usize, factors: usize, taps: i32, sums: usize, accumulate: bool,
): void {
  let c0 = f32x4.splat(0), c1 = c0
  if (accumulate) {
    c0 = v128.load(sums)
    c1 = v128.load(sums, 16)
  }
  const end = table + (<usize>taps << 2)
  for (; table < end; table += 4) {
    const at = frame + load<i32>(table)
    const factor = v128.load32_splat(factors)
    c0 = madd(factor, seenBy(quads, at), c0)
    c1 = madd(factor, seenBy(quads + QUAD_BYTES, at), c1)
    factors += 4
  }
  v128.store(sums, c0)
  v128.store(sums, c1, 16)
}
