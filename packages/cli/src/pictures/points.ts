import * as Plot from '@observablehq/plot'
import { firstExamples } from '@vae/data'
import type { RunDataset } from '../data.ts'
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

/** Examples that say where the plane of the pictures lies, and that stand behind samples. */
const background = 1000

/** The first examples of real numbers as rows. */
const firstRows = (data: RunDataset, count: number): Rows => {
  const { shape, data: values } = firstExamples(count)(data)
  const size = values.length / shape[0]
  return Array.from({ length: shape[0] }, (_, row) =>
    Float32Array.from(values.subarray(row * size, (row + 1) * size)),
  )
}

/** Pictures in the plane of the training examples, so that they can be compared. */
export const pointGallery = (views: Views, samplesFrom: string, train: RunDataset): Gallery => {
  const examples = firstRows(train, background)
  const axes = principalAxes(examples)
  const extent = extentOf(axes, examples)
  const draw = (name: string, alt: string, caption: string, behind: Rows, before: Rows): Drawing => {
    const clouds = [
      { rows: behind, color: colors.second },
      { rows: before, color: colors.first },
    ]
    const plane = ' In the two directions in which training examples vary most.'
    const svg = scatter(axes, clouds, extent)
    return { name, content: { type: 'svg', svg }, alt, caption: caption + plane, isWide: false }
  }
  return {
    reconstructions: (data, count) => {
      const { originals, reconstructed } = views.reconstructions(data, count)
      return draw(
        'reconstructions',
        'Two clouds of points: test examples, and their reconstructions',
        'Reconstructions: test examples (blue) and what the model makes of them (orange).',
        originals,
        reconstructed,
      )
    },
    samples: (key, count) =>
      draw(
        'samples',
        'Two clouds of points: training examples, and generated ones',
        `Samples (orange): ${samplesFrom}; training examples are blue.`,
        examples,
        views.samples(key, count),
      ),
    others: () => [],
  }
}
