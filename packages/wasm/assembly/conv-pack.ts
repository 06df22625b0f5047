import { isNarrow } from './conv-dot'
import { CHANNELS } from './conv-tile'
import { transpose } from './transpose'

/**
 * A row of an image [channel, …] (`channelStep` bytes from channel to channel, `width` columns) as
 * [column, channel]: `columns` columns from column `first` on, zeros where there are none.
 */
export function packRow(
  from: usize, channelStep: usize, width: i32, channels: i32, first: i32, columns: i32, to: usize,
): void {
  const pixel = <usize>channels << 2
  const start = min(columns, max(0, -first)), stop = max(start, min(columns, width - first))
  memory.fill(to, 0, <usize>start * pixel)
  memory.fill(to + <usize>stop * pixel, 0, <usize>(columns - stop) * pixel)
  let channel = 0
  for (; channel + 4 <= channels; channel += 4) {
    const source = from + <usize>channel * channelStep
    const target = to + (<usize>channel << 2)
    let column = start
    for (; column + 4 <= stop; column += 4)
      transpose(source + (<usize>(first + column) << 2), channelStep, target + <usize>column * pixel, pixel)
    for (; column < stop; column++) {
      let at = source + (<usize>(first + column) << 2)
      let pixels = target + <usize>column * pixel
      for (let c = 0; c < 4; c++) {
        store<f32>(pixels, load<f32>(at))
        at += channelStep
        pixels += 4
      }
    }
  }
  for (; channel < channels; channel++) {
    let at = from + <usize>channel * channelStep + (<usize>(first + start) << 2)
    let target = to + <usize>start * pixel + (<usize>channel << 2)
    for (let column = start; column < stop; column++) {
      store<f32>(target, load<f32>(at))
      at += 4
      target += pixel
    }
  }
}

/**
 * A kernel [group, output, channel, tap] as panels [group, ⌈output / 8⌉, tap, channel, 8], with zeros for the
 * outputs that the last panel of a group lacks; few outputs become [group, output, tap, channel]. `outputs`
 * are those of one group; a unit is one panel of 8.
 */
export function convPack(
  kernel: usize, to: usize, channels: i32, outputs: i32, taps: i32, begin: i32, end: i32,
): void {
  const panels = (outputs + CHANNELS - 1) / CHANNELS
  const outputBytes = (<usize>channels * taps) << 2
  const tapBytes = <usize>channels << 5
  for (let unit = begin; unit < end; unit++) {
    const group = unit / panels
    const output = (unit - group * panels) * CHANNELS
    const present = min(CHANNELS, outputs - output)
    const from = kernel + <usize>(group * outputs + output) * outputBytes
    const panel = to + <usize>unit * taps * tapBytes
    if (isNarrow(channels, outputs)) {
      for (let o = 0; o < outputs; o++) {
        const offset = <usize>(group * outputs + o) * outputBytes
        packRow(kernel + offset, <usize>taps << 2, taps, channels, 0, taps, to + offset)
      }
      continue
    }
    if (present < CHANNELS) memory.fill(panel, 0, <usize>taps * tapBytes)
    for (let channel = 0; channel < channels; channel++) {
      const source = from + ((<usize>channel * taps) << 2)
      const target = panel + (<usize>channel << 5)
      let tap = 0
      if (present == CHANNELS)
        for (; tap + 4 <= taps; tap += 4) {
          const at = source + (<usize>tap << 2)
          const place = target + <usize>tap * tapBytes
          transpose(at, outputBytes, place, tapBytes)
          transpose(at + outputBytes * 4, outputBytes, place + 16, tapBytes)
        }
      for (; tap < taps; tap++) {
        let at = source + (<usize>tap << 2)
        let place = target + <usize>tap * tapBytes
        for (let o = 0; o < present; o++) {
          store<f32>(place, load<f32>(at))
          at += outputBytes
          place += 4
        }
      }
    }
  }
}
