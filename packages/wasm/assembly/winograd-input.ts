import { high, low } from './transpose'
import { transformInput } from './winograd-points'

/** Rows and columns of input under a tile of 4 × 4 outputs. */
const REACH: i32 = 6
/** Bytes of a tile that was copied aside: 6 rows of 8 floats. */
const TILE_BYTES: usize = 192
const LINE_BYTES: usize = 32

/** What one lane reads: the part of its tile that lies inside the image. */
@unmanaged
class Lane {
  /** The first element inside, in channel 0, and its place in a copy aside. */
  from: usize
  to: usize
  rows: i32
  columns: i32
}

const LANE_BYTES: usize = 16
/** Bytes of workspace of `transformTiles`: eight lanes, eight tiles, the rows of a transform. */
export const INPUT_WORKSPACE: usize = 8 * (LANE_BYTES + TILE_BYTES) + 36 * 16

/**
 * The transforms of up to eight tiles from number `first` on, zeros for those from number `tiles` on: channel by
 * channel eight lanes at `to`, once for each point, `step` bytes apart. Tiles count along rows of `across`, images
 * of `down` rows.
 */
export function transformTiles(
  input: usize, channels: i32, height: i32, width: i32, lowY: i32, lowX: i32, down: i32, across: i32, first: i32,
  tiles: i32, workspace: usize, to: usize, step: usize,
): void {
  const area = (<usize>height * width) << 2
  const copies = workspace + 8 * LANE_BYTES
  const rows = copies + 8 * TILE_BYTES
  memory.fill(copies, 0, 8 * TILE_BYTES)
  for (let l = 0; l < 8; l++) {
    const lane = changetype<Lane>(workspace + <usize>l * LANE_BYTES)
    const tile = first + l
    const line = tile / across
    const example = line / down
    const y = (line - example * down) * 4 - lowY, x = (tile - line * across) * 4 - lowX
    const top = max(0, y), left = max(0, x)
    lane.columns = min(width, x + REACH) - left
    lane.rows = tile < tiles && lane.columns > 0 ? min(height, y + REACH) - top : 0
    lane.from = input + <usize>example * channels * area + (<usize>(top * width + left) << 2)
    lane.to = copies + <usize>l * TILE_BYTES + <usize>(top - y) * LINE_BYTES + (<usize>(left - x) << 2)
  }
  const inside = areInside(workspace), alsoInside = areInside(workspace + 4 * LANE_BYTES)
  for (let channel = 0; channel < channels; channel++) {
    const shift = <usize>channel * area
    transformFour(workspace, copies, inside, shift, <usize>width << 2, rows, to, step)
    transformFour(
      workspace + 4 * LANE_BYTES, copies + 4 * TILE_BYTES, alsoInside, shift, <usize>width << 2, rows, to + 16, step,
    )
    to += 32
  }
}

/** Whether the tiles of four lanes lie inside their images. */
function areInside(lanes: usize): bool {
  for (let l = 0; l < 4; l++) {
    const lane = changetype<Lane>(lanes + <usize>l * LANE_BYTES)
    if (lane.rows != REACH || lane.columns != REACH) return false
  }
  return true
}

function transformFour(
  lanes: usize, copies: usize, inside: bool, shift: usize, line: usize, rows: usize, to: usize, step: usize,
): void {
  if (inside) {
    transformLanes(
      load<usize>(lanes) + shift, load<usize>(lanes + LANE_BYTES) + shift, load<usize>(lanes + LANE_BYTES * 2) + shift,
      load<usize>(lanes + LANE_BYTES * 3) + shift, line, rows, to, step,
    )
    return
  }
  for (let l = 0; l < 4; l++) {
    const lane = changetype<Lane>(lanes + <usize>l * LANE_BYTES)
    copyPart(lane.from + shift, line, lane.to, lane.rows, <usize>lane.columns << 2)
  }
  transformLanes(
    copies, copies + TILE_BYTES, copies + TILE_BYTES * 2, copies + TILE_BYTES * 3, LINE_BYTES, rows, to, step,
  )
}

/** `rows` lines of at most 24 bytes. */
@inline
function copyPart(from: usize, line: usize, to: usize, rows: i32, bytes: usize): void {
  for (let row = 0; row < rows; row++) {
    if (bytes == 24) {
      v128.store(to, v128.load(from))
      store<u64>(to, load<u64>(from, 16), 16)
    } else for (let at: usize = 0; at < bytes; at += 4) store<f32>(to + at, load<f32>(from + at))
    from += line
    to += LINE_BYTES
  }
}

/** BᵀdB of four tiles, whose rows lie `line` bytes apart. */
function transformLanes(
  p0: usize, p1: usize, p2: usize, p3: usize, line: usize, rows: usize, to: usize, step: usize,
): void {
  for (let row: usize = 0; row < 6; row++) {
    const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3)
    const a0 = low(r0, r2), a1 = high(r0, r2), b0 = low(r1, r3), b1 = high(r1, r3)
    const c0 = v128.load64_lane(p1, v128.load64_zero(p0, 16), 1, 16)
    const c1 = v128.load64_lane(p3, v128.load64_zero(p2, 16), 1, 16)
    transformInput(
      low(a0, b0), high(a0, b0), low(a1, b1), high(a1, b1), v128.shuffle<f32>(c0, c1, 0, 2, 4, 6),
      v128.shuffle<f32>(c0, c1, 1, 3, 5, 7), rows + row * 96, 16,
    )
    p0 += line
    p1 += line
    p2 += line
    p3 += line
  }
  for (let column: usize = 0; column < 6; column++) {
    const at = rows + column * 16
    transformInput(
      v128.load(at), v128.load(at, 96), v128.load(at, 192), v128.load(at, 288), v128.load(at, 384),
      v128.load(at, 480), to + column * step, step * 6,
    )
  }
}
