import * as Plot from '@observablehq/plot'
import type { Drawing } from './drawing.ts'
import type { Gallery } from './gallery.ts'
import { colors, plotDocument, plotStyle, svgText } from './plot.ts'
import { type Axis, along, principalAxes } from './principal-axes.ts'
import type { Rows, Views } from './views.ts'

/** Pictures of a model of vectors: points in the plane of the two directions in which the data vary most. */

/** Points of a colour. */
interface Cloud {
  readonly rows: Rows
  readonly color: string
}

const scatter = (axes: readonly [Axis, Axis], clouds: readonly Cloud[], extent: number): string => {
  const points = clouds.flatMap(({ rows, color }) =>
    rows.map((row) => ({ x: along(axes[0], row), y: along(axes[1], row), color })),
  )
  const axis = (label: string) => ({
    label,
    domain: [-extent, extent],
    grid: true,
    labelArrow: 'none' as const,
  })
  return svgText(
    Plot.plot({
      document: plotDocument(),
      width: 420,
      height: 420,
      margin: 40,
      style: plotStyle,
      x: { ...axis('first principal axis'), labelAnchor: 'center' },
      y: axis('second principal axis'),
      marks: [Plot.dot(points, { x: 'x', y: 'y', fill: 'color', fillOpacity: 0.6, r: 2, clip: true })],
    }),
  )
}

/** Half the width of a square with nearly all of the rows in it, rounded up to a whole number. */
const extentOf = (axes: readonly [Axis, Axis], rows: Rows): number =>
  Math.ceil(Math.max(1, ...rows.flatMap((row) => axes.map((axis) => Math.abs(along(axis, row))))))

export const pointGallery = (views: Views, samplesFrom: string): Gallery => {
  const draw = (name: string, alt: string, caption: string, svg: string): Drawing => ({
    name,
    content: { type: 'svg', svg },
    alt,
    caption,
    isWide: false,
  })
  /** The plane that all pictures share, so that they can be compared: that of the test examples. */
  return {
    reconstructions: (data, count) => {
      const { originals, reconstructed } = views.reconstructions(data, count)
      const axes = principalAxes(originals)
      return draw(
        'reconstructions',
        'Two clouds of points: test examples, and their reconstructions',
        'Reconstructions: test examples (blue) and what the model makes of them (orange), in the first two principal axes ' +
          'of the examples.',
        scatter(
          axes,
          [
            { rows: originals, color: colors.second },
            { rows: reconstructed, color: colors.first },
          ],
          extentOf(axes, originals),
        ),
      )
    },
    samples: (key, count) => {
      const rows = views.samples(key, count)
      const axes = principalAxes(rows)
      return draw(
        'samples',
        'A cloud of generated points',
        `Samples: ${samplesFrom}, in their first two principal axes.`,
        scatter(axes, [{ rows, color: colors.first }], extentOf(axes, rows)),
      )
    },
    others: () => [],
  }
}
