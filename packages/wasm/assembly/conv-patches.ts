import { axisAt } from './conv-axis'
import { sideAt } from './conv-frame'
import { select } from './select'

// Output positions in fours, the lanes of a vector, and the elements of a frame that they see under each tap.

/** Four output positions. */
@unmanaged
export class Quad {
  /** Lanes that have a position. */
  count: i32
  /** Bytes of the frame from lane to lane if all are at equal distances of 4 or 8, else 0. */
  step: i32
  /** Lanes before the end of a line, if all before it and all after it lie side by side in the frame; else 0. */
  run: i32
  /** Elements of the frame under tap 0, in bytes from its start. */
  from0: i32
  from1: i32
  from2: i32
  from3: i32
  /** Elements of the result, in bytes from those of its first channel and example. */
  to0: i32
  to1: i32
  to2: i32
  to3: i32
}

export const QUAD_BYTES: usize = 44

/** So far apart lanes without a position may read from behind the frame: memory has some room there. */
const NEAR: i32 = 16

/**
 * Finds where `quads` fours of positions from number `first` on read and write. Positions count along the axes, a line
 * as `length` of them, then over examples up to number `count`; lanes that have none read somewhere. Examples are `exampleOut` bytes apart in the result, and
 * in the frame, which begins with number `frameExample`, `exampleIn` bytes.
 */
export function placeQuads(
  to: usize, quads: i32, sides: usize, axes: usize, rank: i32, length: i32, first: i32, count: i32,
  frameExample: i32, exampleIn: i32, exampleOut: i32,
): void {
  const line = axisAt(axes, rank - 1)
  let at = 0, place = 0, run = 0
  for (let i = 0; i < quads; i++) {
    let present = 0
    for (let lane = 0; lane < 4; lane++) {
      const position = first + (i << 2) + lane
      if (position < count) {
        if (run == 0) {
          // the start of a line, or of the block
          let rest = position, stepIn = 4, stepOut = 4
          at = 0
          place = 0
          for (let index = rank - 1; index >= 0; index--) {
            const axis = axisAt(axes, index), side = sideAt(sides, index)
            const size = index == rank - 1 ? length : axis.positions
            const next = rest / size
            const j = rest - next * size
            if (index == rank - 1) run = length - j
            rest = next
            at += (j * axis.stride - axis.low - side.begin) * stepIn
            place += (axis.firstPosition + j * axis.positionStep) * stepOut
            stepIn *= side.extent
            stepOut *= axis.result
          }
          at += (rest - frameExample) * exampleIn
          place += rest * exampleOut
        } else if (run > length - line.positions || line.stride <= NEAR) {
          at += line.stride << 2
          place += line.positionStep << 2
        }
        if (run > length - line.positions) present++
        run--
      }
      store<i32>(to + (<usize>lane << 2), at, offsetof<Quad>('from0'))
      store<i32>(to + (<usize>lane << 2), place, offsetof<Quad>('to0'))
    }
    const q = changetype<Quad>(to)
    q.count = present
    const step = q.from1 - q.from0, middle = q.from2 - q.from1, last = q.from3 - q.from2
    q.step = step == middle && step == last && (step == 4 || step == 8) ? step : 0
    const beside = i32(step == 4) + i32(middle == 4) + i32(last == 4)
    q.run = beside != 2 ? 0 : step != 4 ? 1 : middle != 4 ? 2 : 3
    to += QUAD_BYTES
  }
}

/** Four elements, each two after the one before. */
@inline
export function everySecond(at: usize): v128 {
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 12), 0, 2, 5, 7)
}

/**
 * For each of some frames, which are `frameStep` bytes apart, and for `taps` taps from number `first` on: bytes from tap
 * 0 of the first frame.
 */
export function listTaps(
  table: usize, sides: usize, axes: usize, rank: i32, first: i32, taps: i32, frames: i32, frameStep: usize,
): void {
  for (let tap = first; tap < first + taps; tap++) {
    let rest = tap, offset = 0, step = 4
    for (let index = rank - 1; index >= 0; index--) {
      const axis = axisAt(axes, index)
      offset += rest % axis.taps * axis.dilation * step
      step *= sideAt(sides, index).extent
      rest /= axis.taps
    }
    store<i32>(table, offset)
    table += 4
  }
  const before = <usize>taps << 2
  for (let i = taps; i < frames * taps; i++) {
    store<i32>(table, load<i32>(table - before) + <i32>frameStep)
    table += 4
  }
}

/** What a quad sees under the taps of a table: four lanes for each, 32 bytes apart at `to`. */
@inline
export function packQuad(quad: usize, frame: usize, table: usize, taps: i32, to: usize): void {
  const q = changetype<Quad>(quad)
  const p0 = frame + q.from0
  const end = table + (<usize>taps << 2)
  if (q.step == 4) {
    for (; table < end; table += 4) {
      v128.store(to, v128.load(p0 + load<i32>(table)))
      to += 32
    }
  } else if (q.step == 8) {
    for (; table < end; table += 4) {
      v128.store(to, everySecond(p0 + load<i32>(table)))
      to += 32
    }
  } else if (q.run > 0) {
    const inFirst = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(q.run)), p3 = frame + q.from3 - 12
    for (; table < end; table += 4) {
      const away = load<i32>(table)
      v128.store(to, select(v128.load(p0 + away), v128.load(p3 + away), inFirst))
      to += 32
    }
  } else {
    const p1 = frame + q.from1, p2 = frame + q.from2, p3 = frame + q.from3
    for (; table < end; table += 4) {
      const away = load<i32>(table)
      const x = v128.load32_lane(p1 + away, v128.load32_zero(p0 + away), 1)
      v128.store(to, v128.load32_lane(p3 + away, v128.load32_lane(p2 + away, x, 2), 3))
      to += 32
    }
  }
}

/** What a quad sees at `at`, the frame under a tap. */
@inline
export function seenBy(quad: usize, at: usize): v128 {
  const q = changetype<Quad>(quad)
  const p0 = at + q.from0
  if (q.step == 4) return v128.load(p0)
  if (q.step == 8) return everySecond(p0)
  const x = v128.load32_lane(at + q.from1, v128.load32_zero(p0), 1)
  return v128.load32_lane(at + q.from3, v128.load32_lane(at + q.from2, x, 2), 3)
}

/** Puts the lanes that have a position to their places in the result. */
export function putLanes(quad: usize, to: usize, x: v128): void {
  const q = changetype<Quad>(quad)
  const columns = q.count
  const p0 = to + q.to0
  if (columns >= 4 && q.to1 == q.to0 + 4 && q.to2 == q.to0 + 8 && q.to3 == q.to0 + 12) {
    v128.store(p0, x)
    return
  }
  if (columns > 0) v128.store_lane<f32>(p0, x, 0)
  if (columns > 1) v128.store_lane<f32>(to + q.to1, x, 1)
  if (columns > 2) v128.store_lane<f32>(to + q.to2, x, 2)
  if (columns > 3) v128.store_lane<f32>(to + q.to3, x, 3)
}
