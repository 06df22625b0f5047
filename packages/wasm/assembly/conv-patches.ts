import { axisAt } from './conv-axis'
import { sideAt } from './conv-frame'

// Output positions in fours, the lanes of a vector, and the elements of a frame that they see under each tap.

/** Four output positions. */
@unmanaged
export class Quad {
  /** Bytes of the frame from lane to lane if all are at equal distances of 4 or 8, else 0. */
  step: i32
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

export const QUAD_BYTES: usize = 36

/**
 * Finds where four positions from number `first` on read and write; those from `count` on do as the last one.
 * Positions count along the axes, then over examples: these are `exampleOut` bytes apart in the result, and in the
 * frame, which begins with number `frameExample`, `exampleIn` bytes.
 */
export function placeQuad(
  quad: usize, sides: usize, axes: usize, rank: i32, first: i32, count: i32, frameExample: i32, exampleIn: i32,
  exampleOut: i32,
): void {
  for (let lane = 0; lane < 4; lane++) {
    let rest = min(first + lane, count - 1)
    let from = 0, to = 0, stepIn = 4, stepOut = 4
    for (let index = rank - 1; index >= 0; index--) {
      const axis = axisAt(axes, index), side = sideAt(sides, index)
      const next = rest / axis.positions
      const j = rest - next * axis.positions
      rest = next
      from += (j * axis.stride - axis.low - side.begin) * stepIn
      to += (axis.firstPosition + j * axis.positionStep) * stepOut
      stepIn *= side.extent
      stepOut *= axis.result
    }
    const place = quad + (<usize>lane << 2)
    store<i32>(place, from + (rest - frameExample) * exampleIn, offsetof<Quad>('from0'))
    store<i32>(place, to + rest * exampleOut, offsetof<Quad>('to0'))
  }
  const q = changetype<Quad>(quad)
  const step = q.from1 - q.from0
  const even = q.from2 - q.from1 == step && q.from3 - q.from2 == step
  q.step = even && (step == 4 || step == 8) ? step : 0
}

/** For `taps` taps from number `first` on: bytes of the frame from tap 0. */
export function listTaps(table: usize, sides: usize, axes: usize, rank: i32, first: i32, taps: i32): void {
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
}

/** What a quad sees in the frame of one channel: four lanes for each tap, 32 bytes apart at `to`. */
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
      const at = p0 + load<i32>(table)
      v128.store(to, v128.shuffle<f32>(v128.load(at), v128.load(at, 12), 0, 2, 5, 7))
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
