import type { WriteStream } from 'node:tty'
import { Presets, SingleBar } from 'cli-progress'

/** A bar of a terminal that leaves nothing behind, in a line of which all else takes `around` columns. */
export const barOf = (stream: WriteStream, format: string, around: number): SingleBar =>
  new SingleBar(
    {
      format,
      stream,
      barsize: Math.max(5, Math.min(40, stream.columns - around)),
      clearOnComplete: true,
      hideCursor: true,
      linewrap: true,
      gracefulExit: false,
      fps: 10,
    },
    Presets.shades_classic,
  )
