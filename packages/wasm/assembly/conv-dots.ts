import { axisAt } from './conv-axis'
import { Block, blockBytes, describe, frameBytes, framesOf, open, quadsOf } from './conv-block'
import { everySecond, listTaps, putLanes, Quad, QUAD_BYTES } from './conv-patches'
import { listFactors } from './conv-weights'
import { madd } from './madd'
import { high, low } from './transpose'

// Convolution with few outputs in a group, few positions and many taps: the kernel gradient of a depthwise one. The
// vector lanes are taps along the last axis; four positions are summed at a time.

/** Bytes of workspace of `convDots`; the frames of a block have at most so many elements and lines. */
export function convDotsWorkspace(
  rank: i32, taps: i32, outputs: i32, panelBlock: i32, elements: i32, lines: i32,
): i32 {
  return panelBlock * outputs * 128 + (taps << 3) + blockBytes(rank, panelBlock) + frameBytes(elements, lines)
}

/** As `conv`, with the kernel as it is, of which at least one tap and channel is used. */
export function convDots(
  input: usize, kernel: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32, channels: i32,
  outputs: i32, featureGroups: i32, batchGroups: i32, panelBlock: i32, taps: i32, workspace: usize, begin: i32,
  end: i32,
): void {
  // [output, quad, lane] vectors of sums
  const sums = workspace, table = sums + <usize>(panelBlock * outputs * 128)
  const factors = table + (<usize>taps << 2), own = factors + (<usize>taps << 2)
  const block = describe(
    own, own + <usize>blockBytes(rank, panelBlock), input, to, axes, rank, batch, together, channels, outputs,
    featureGroups, batchGroups, panelBlock, true, 1,
  )
  const line = axisAt(axes, rank - 1)
  while (begin < end) {
    begin = open(block, begin, end)
    listTaps(table, block.sides, axes, rank, 0, taps, 1, 0)
    const quads = 2 * block.some
    memory.fill(sums, 0, <usize>(quads * outputs) << 6)
    for (let channel = 0; channel < channels; channel++) {
      const frame = framesOf(block, channel, 1)
      for (let output = 0; output < outputs; output++) {
        listFactors(factors, kernel, axes, rank, (block.group * outputs + output) * channels + channel)
        for (let quad = 0; quad < quads; quad++) {
          const from = quadsOf(block, 0) + <usize>quad * QUAD_BYTES
          if (changetype<Quad>(from).count == 0) continue
          const at = sums + (<usize>(output * quads + quad) << 6)
          if (line.dilation == 1) addDots(1, from, frame, table, factors, taps, line.taps, 1, at)
          else if (line.dilation == 2) addDots(2, from, frame, table, factors, taps, line.taps, 2, at)
          else addDots(0, from, frame, table, factors, taps, line.taps, line.dilation, at)
        }
      }
    }
    for (let output = 0; output < outputs; output++)
      for (let quad = 0; quad < quads; quad++)
        putLanes(
          quadsOf(block, 0) + <usize>quad * QUAD_BYTES, block.target + <usize>output * block.outputBytes,
          totals(sums + (<usize>(output * quads + quad) << 6)),
        )
  }
}

/** Four elements `dilation` apart, which `kind` repeats if it is 1 or 2. */
@inline
function spread(kind: i32, at: usize, dilation: i32): v128 {
  if (kind == 1) return v128.load(at)
  if (kind == 2) return everySecond(at)
  const step = <usize>dilation << 2
  const x = v128.load32_lane(at + step, v128.load32_zero(at), 1)
  return v128.load32_lane(at + step * 3, v128.load32_lane(at + step * 2, x, 2), 3)
}

/** Adds the products of all taps with what four positions see to their vectors of sums at `sums`. */
@inline
function addDots(
  kind: i32, quad: usize, frame: usize, table: usize, factors: usize, taps: i32, lineTaps: i32, dilation: i32,
  sums: usize,
): void {
  const q = changetype<Quad>(quad)
  const step = <usize>dilation << 2
  let c0 = v128.load(sums), c1 = v128.load(sums, 16), c2 = v128.load(sums, 32), c3 = v128.load(sums, 48)
  for (let tap = 0; tap < taps; tap += lineTaps) {
    const at = frame + load<i32>(table + (<usize>tap << 2))
    let p0 = at + q.from0, p1 = at + q.from1, p2 = at + q.from2, p3 = at + q.from3
    let left = lineTaps
    for (; left >= 4; left -= 4) {
      const factor = v128.load(factors)
      c0 = madd(factor, spread(kind, p0, dilation), c0)
      c1 = madd(factor, spread(kind, p1, dilation), c1)
      c2 = madd(factor, spread(kind, p2, dilation), c2)
      c3 = madd(factor, spread(kind, p3, dilation), c3)
      factors += 16
      p0 += step * 4
      p1 += step * 4
      p2 += step * 4
      p3 += step * 4
    }
    for (; left > 0; left--) {
      const factor = v128.load32_zero(factors)
      c0 = madd(factor, v128.load32_zero(p0), c0)
      c1 = madd(factor, v128.load32_zero(p1), c1)
      c2 = madd(factor, v128.load32_zero(p2), c2)
      c3 = madd(factor, v128.load32_zero(p3), c3)
      factors += 4
      p0 += step
      p1 += step
      p2 += step
      p3 += step
    }
  }
  v128.store(sums, c0)
  v128.store(sums, c1, 16)
  v128.store(sums, c2, 32)
  v128.store(sums, c3, 48)
}

/** The sums of the lanes of each of four vectors. */
function totals(from: usize): v128 {
  const r0 = v128.load(from), r1 = v128.load(from, 16), r2 = v128.load(from, 32), r3 = v128.load(from, 48)
  const a0 = low(r0, r2), a1 = high(r0, r2), b0 = low(r1, r3), b1 = high(r1, r3)
  return f32x4.add(f32x4.add(low(a0, b0), high(a0, b0)), f32x4.add(low(a1, b1), high(a1, b1)))
}
