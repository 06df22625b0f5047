import { transpose } from './transpose'
import { transformProducts } from './winograd-points'

/** Where one lane writes: the part of its tile that lies inside the result. */
@unmanaged
class Lane {
  /** The first element, of output channel 0. */
  to: usize
  rows: i32
  columns: i32
}

const LANE_BYTES: usize = 12
/** Bytes of workspace of `restoreTiles`: eight lanes, the columns of a transform, a row of tiles and its transpose. */
export const OUTPUT_WORKSPACE: usize = 8 * LANE_BYTES + 24 * 16 + 128

/**
 * Up to eight tiles of `outputs` channels from `channel` on, from their products at all points: those of a channel
 * lie `line` bytes apart at `from`, and once more for each point, `step` bytes apart. Tiles from number `tiles` on
 * are left out.
 */
export function restoreTiles(
  from: usize, line: usize, step: usize, to: usize, channel: i32, outputs: i32, channels: i32, height: i32,
  width: i32, down: i32, across: i32, first: i32, tiles: i32, workspace: usize,
): void {
  const area = (<usize>height * width) << 2
  const rows = workspace + 8 * LANE_BYTES
  for (let l = 0; l < 8; l++) {
    const lane = changetype<Lane>(workspace + <usize>l * LANE_BYTES)
    const tile = first + l
    const row = tile / across
    const example = row / down
    const y = (row - example * down) * 4, x = (tile - row * across) * 4
    lane.rows = tile < tiles ? min(4, height - y) : 0
    lane.columns = min(4, width - x)
    lane.to = to + <usize>(example * channels + channel) * area + (<usize>(y * width + x) << 2)
  }
  const count = min(8, tiles - first)
  for (let output = 0; output < outputs; output++) {
    const shift = <usize>output * area
    restoreLanes(from, step, rows, workspace, shift, <usize>width << 2)
    if (count > 4) restoreLanes(from + 16, step, rows, workspace + 4 * LANE_BYTES, shift, <usize>width << 2)
    from += line
  }
}

/** AᵀmA of four tiles, put where their lanes say. */
function restoreLanes(from: usize, step: usize, rows: usize, lanes: usize, shift: usize, width: usize): void {
  for (let column: usize = 0; column < 6; column++) {
    const at = from + column * step
    const next = step * 6
    transformProducts(
      v128.load(at), v128.load(at + next), v128.load(at + next * 2), v128.load(at + next * 3),
      v128.load(at + next * 4), v128.load(at + next * 5), rows + column * 16, 96,
    )
  }
  const line = rows + 24 * 16, tiles = line + 64
  for (let row = 0; row < 4; row++) {
    const at = rows + <usize>row * 96
    transformProducts(
      v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), v128.load(at, 64), v128.load(at, 80),
      line, 16,
    )
    transpose(line, 16, tiles, 16)
    for (let l = 0; l < 4; l++) {
      const lane = changetype<Lane>(lanes + <usize>l * LANE_BYTES)
      if (row >= lane.rows) continue
      const source = tiles + (<usize>l << 4)
      const target = lane.to + shift + <usize>row * width
      if (lane.columns == 4) v128.store(target, v128.load(source))
      else
        for (let column = 0; column < lane.columns; column++)
          store<f32>(target + (<usize>column << 2), load<f32>(source + (<usize>column << 2)))
    }
  }
}
