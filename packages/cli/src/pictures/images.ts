import { encodePng, enlarge, tile } from '@vae/data'
import { type Key, tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import type { Drawing } from './drawing.ts'
import type { Gallery } from './gallery.ts'
import { traversalsOf } from './traversal.ts'
import type { Rows, Views } from './views.ts'

/** Screen pixels that an image has on a sheet, at least, so that a viewer shows it as it is. */
const leastSide = 84

const background = 64
const columnsOfReconstructions = 10
const pointsBetween = 9

/** Intensities as bytes; a decoder of real numbers may leave 0 to 1. */
const bytes = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))))

/** A point on the straight line between two. */
const between = (from: Float32Array, to: Float32Array, t: number): Float32Array =>
  from.map((value, index) => (1 - t) * value + t * to[index]!)

/** Pictures of a model of greyscale images `[1, height, width]`. */
export const imageGallery = (
  [, height, width]: readonly [number, number, number],
  views: Views,
  samplesFrom: string,
): Gallery => {
  const blank = new Float32Array(height * width).fill(background / 255)
  /** Images in rows of `columns`, enlarged, as the bytes of a PNG. */
  const sheet = (images: Rows, columns: number): Drawing['content'] => {
    const all = new Uint8Array(images.length * height * width)
    images.forEach((image, index) => {
      all.set(bytes(image), index * height * width)
    })
    const tiled = tile(tensor([images.length, height, width], all, 'u8'), { columns, gap: 2, background })
    return { type: 'png', bytes: encodePng(enlarge(tiled, Math.ceil(leastSide / Math.max(height, width)))) }
  }

  const reconstructions = (data: RunDataset, count: number): Drawing => {
    const { originals, reconstructed } = views.reconstructions(data, count)
    const columns = Math.min(columnsOfReconstructions, originals.length)
    const rows: Float32Array[] = []
    for (let start = 0; start < originals.length; start += columns)
      for (const source of [originals, reconstructed])
        for (let column = 0; column < columns; column++) rows.push(source[start + column] ?? blank)
    return {
      name: 'reconstructions',
      content: sheet(rows, columns),
      alt: `Rows of images of ${data.name} from the test set, each with the row of its reconstructions below`,
      caption: 'Reconstructions: test images, and below each row what the model makes of them.',
      isWide: false,
    }
  }

  const samples = (key: Key, count: number, columns: number): Drawing => ({
    name: 'samples',
    content: sheet(views.samples(key, count), columns),
    alt: 'A grid of generated images',
    caption: `Samples: ${samplesFrom}.`,
    isWide: false,
  })

  const interpolation = (data: RunDataset, pairs: number): Drawing[] => {
    if (views.latents === null) return []
    const codes = views.latents(data, 2 * pairs)
    const { originals } = views.reconstructions(data, 2 * pairs)
    const rows = Array.from({ length: Math.ceil(originals.length / 2) }, (_, row) => {
      const [first, second] = [2 * row, Math.min(2 * row + 1, originals.length - 1)]
      const points = Array.from({ length: pointsBetween }, (_, point) =>
        between(codes[first]!, codes[second]!, point / (pointsBetween - 1)),
      )
      return { first: originals[first]!, second: originals[second]!, points }
    })
    const made = views.generate(rows.flatMap(({ points }) => points))
    const cells = rows.flatMap(({ first, second }, row) => [
      first,
      ...made.slice(row * pointsBetween, (row + 1) * pointsBetween),
      second,
    ])
    return [
      {
        name: 'interpolation',
        content: sheet(cells, pointsBetween + 2),
        alt: 'Rows in which one image gradually turns into another',
        caption:
          'Interpolation: the outer images are from the test set, those between are decoded on a straight line between ' +
          'their codes.',
        isWide: true,
      },
    ]
  }

  const traversals = (data: RunDataset): Drawing[] => {
    const rows = traversalsOf(views, data)
    if (rows.length === 0) return []
    const columns = rows[0]!.points.length
    const known = rows[0]!.kl !== null
    const order = rows
      .map(({ dimension, kl }) => (kl === null ? `${dimension + 1}` : `${dimension + 1} (${kl.toFixed(2)})`))
      .join(', ')
    return [
      {
        name: 'traversals',
        content: sheet(views.generate(rows.flatMap(({ points }) => points)), columns),
        alt: 'Rows of images in which one latent dimension changes from left to right',
        caption:
          `Traversals: the first test image, with one latent dimension changed in each row, ` +
          (known
            ? `from −3 to 3. By decreasing KL, dimension (nats): ${order}.`
            : `by three standard deviations of the codes to each side. By decreasing variance: ${order}.`),
        isWide: true,
      },
    ]
  }

  return {
    reconstructions,
    samples,
    others: (data) => [...interpolation(data, 6), ...traversals(data)],
  }
}
