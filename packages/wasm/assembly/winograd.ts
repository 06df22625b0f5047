import { COLUMNS, ROWS, tile, upperTile } from './tile'
import { INPUT_WORKSPACE, transformTiles } from './winograd-input'
import { OUTPUT_WORKSPACE, restoreTiles } from './winograd-output'
import { POINTS } from './winograd-weights'

// Convolution with a 3 × 3 kernel and stride 1 by F(4 × 4, 3 × 3): tiles of 4 × 4 outputs are transformed to 36
// points, at which the convolution is a matrix product over channels, and back. The vector lanes are tiles, so that
// both transforms are plain arithmetic, and eight tiles are a panel of the packed matrix product. A few panels of
// tiles go through all of it at a time; only the transformed kernel is larger than the caches.

/** Keeps planes of points from meeting in the same sets of a cache. */
const STAGGER: usize = 64

function planeBytes(rows: i32, lanes: i32): usize {
  return ((<usize>rows * lanes) << 2) + STAGGER
}

/** Bytes of workspace of `winograd`. */
export function winogradWorkspace(channels: i32, tilePanels: i32, outputPanels: i32): i32 {
  const lanes = tilePanels * COLUMNS
  const planes = planeBytes(channels, lanes) + planeBytes(outputPanels * ROWS, lanes)
  return <i32>(INPUT_WORKSPACE + OUTPUT_WORKSPACE + planes * POINTS)
}

/**
 * Cross-correlation of [batch, channels, height, width] with `weights` from `winogradWeights`, the images between
 * `lowY` rows and `lowX` columns of zeros (and as many after them as the result asks for). `tilePanels` panels of 8
 * tiles and `outputPanels` panels of ROWS outputs are computed at a time. A unit of the range is a panel of tiles.
 */
export function winograd(
  input: usize, weights: usize, to: usize, batch: i32, channels: i32, outputs: i32, height: i32, width: i32,
  resultHeight: i32, resultWidth: i32, lowY: i32, lowX: i32, tilePanels: i32, outputPanels: i32, workspace: usize,
  begin: i32, end: i32,
): void {
  const down = (resultHeight + 3) / 4, across = (resultWidth + 3) / 4
  const tiles = batch * down * across
  const panels = (outputs + ROWS - 1) / ROWS
  const leftBytes = <usize>channels * ROWS * 4, rightBytes = <usize>channels * COLUMNS * 4
  const left = workspace + INPUT_WORKSPACE + OUTPUT_WORKSPACE
  // blocks of about equal size
  const blocks = (end - begin + tilePanels - 1) / tilePanels
  for (let block = 0, next = begin; block < blocks; block++) {
    const at = next
    next = begin + (block + 1) * (end - begin) / blocks
    const count = next - at
    const line = <usize>count * COLUMNS * 4
    const transformedPlane = planeBytes(channels, count * COLUMNS)
    const productPlane = planeBytes(outputPanels * ROWS, count * COLUMNS)
    const products = left + transformedPlane * POINTS
    for (let panel = 0; panel < count; panel++)
      transformTiles(
        input, channels, height, width, lowY, lowX, down, across, (at + panel) * COLUMNS, tiles, workspace,
        left + <usize>panel * rightBytes, transformedPlane,
      )
    for (let first = 0; first < panels; first += outputPanels) {
      const last = min(panels, first + outputPanels)
      for (let point = 0; point < POINTS; point++) {
        const plane = products + <usize>point * productPlane
        for (let panel = 0; panel < count; panel++) {
          const right = left + <usize>point * transformedPlane + <usize>panel * rightBytes
          for (let output = first; output < last; output++) {
            const from = weights + <usize>(point * panels + output) * leftBytes
            const at = plane + <usize>(output - first) * ROWS * line + <usize>panel * COLUMNS * 4
            if (outputs - output * ROWS > 3) tile(channels, from, right, at, line, false)
            else upperTile(channels, from, right, at, line, false)
          }
        }
      }
      const present = min(outputs, last * ROWS) - first * ROWS
      for (let panel = 0; panel < count; panel++)
        restoreTiles(
          products + <usize>panel * COLUMNS * 4, line, productPlane, to, first * ROWS, present, outputs, resultHeight,
          resultWidth, down, across, (at + panel) * COLUMNS, tiles, workspace + INPUT_WORKSPACE,
        )
    }
  }
}
