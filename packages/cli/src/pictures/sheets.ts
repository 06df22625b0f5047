import { compileWith, type Engine } from '@vae/autograd'
import { type Dataset, enlarge, firstExamples, tile } from '@vae/data'
import { intensities } from '@vae/models'
import { type Key, normal, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { side } from '../digits.ts'
import type { DigitParams, DigitVae } from '../model.ts'

/** A greyscale picture: `[H, W]` bytes. */
export type Picture = TensorOf<[number, number], 'u8'>

/** How many screen pixels a pixel of a digit takes, so that a viewer shows it as it is. */
const scale = 3

/** Rows of 784 intensities from 0 to 1 as bytes. */
const bytesOf = ({ data }: Tensor<[number, number]>): Uint8Array =>
  Uint8Array.from(data, (value) => Math.round(255 * value))

/** Digits in rows of `columns`, enlarged. */
const sheet = (digits: Uint8Array, columns: number): Picture => {
  const images = tensor([digits.length / side ** 2, side, side], digits, 'u8')
  return enlarge(tile(images, { columns, gap: 2, background: 64 }), scale)
}

/** The bytes of digits, row by row of `at`. */
const gathered = (rows: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(rows.length * side ** 2)
  rows.forEach((row, index) => {
    joined.set(row, index * side ** 2)
  })
  return joined
}

const rowsOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / side ** 2 }, (_, row) =>
    bytes.subarray(row * side ** 2, (row + 1) * side ** 2),
  )

/** Pictures of what a model has learned. */
export interface Sheets {
  /** The first `count` images, and below each its reconstruction at the posterior mean. */
  readonly reconstructions: (dataset: Dataset<[784]>, count: number) => Picture
  /** The means of p(x | z) at `count` samples of the prior. */
  readonly samples: (count: number, key: Key, columns: number) => Picture
  /**
   * A row for each of `pairs` pairs of images: the first, the images at points on the straight line between the two
   * posterior means, the second.
   */
  readonly interpolations: (dataset: Dataset<[784]>, pairs: number) => Picture
}

const columnsOfReconstructions = 10
const pointsBetween = 9

/** Points on the straight line from `from` to `to`, both included. */
const line = (from: Float32Array, to: Float32Array): number[] =>
  Array.from({ length: pointsBetween }, (_, point) => point / (pointsBetween - 1)).flatMap((t) =>
    Array.from(from, (value, index) => (1 - t) * value + t * to[index]!),
  )

/** The pictures of one model with trained parameters. */
export const sheetsOf = (engine: Engine, model: DigitVae, params: DigitParams): Sheets => {
  const compile = compileWith(engine)
  const reconstruct = compile((p: DigitParams, images: TensorOf<[number, 784], 'u8'>) =>
    model.reconstruct(p)(intensities(images)),
  )
  const encode = compile((p: DigitParams, images: TensorOf<[number, 784], 'u8'>) =>
    model.encode(p)(intensities(images)),
  )
  const generate = compile((p: DigitParams, z: Tensor<[number, number]>) => model.generate(p)(z))
  const { latent } = model
  return {
    reconstructions: (dataset, count) => {
      const images = firstExamples(count)(dataset)
      const originals = rowsOf(images.data)
      const reconstructed = rowsOf(bytesOf(reconstruct(params, images)))
      const columns = Math.min(columnsOfReconstructions, originals.length)
      const blank = new Uint8Array(side ** 2).fill(64)
      const rows: Uint8Array[] = []
      for (let start = 0; start < originals.length; start += columns)
        for (const source of [originals, reconstructed])
          for (let column = 0; column < columns; column++) rows.push(source[start + column] ?? blank)
      return sheet(gathered(rows), columns)
    },
    samples: (count, key, columns) => {
      const z: Tensor<[number, number]> = normal(key, [count, latent])
      return sheet(bytesOf(generate(params, z)), columns)
    },
    interpolations: (dataset, pairs) => {
      const images = firstExamples(2 * pairs)(dataset)
      const originals = rowsOf(images.data)
      const { data: means } = encode(params, images).mean
      const meanOf = (index: number) => means.subarray(index * latent, (index + 1) * latent)
      const rows = Math.ceil(originals.length / 2)
      const second = (row: number) => Math.min(2 * row + 1, originals.length - 1)
      const points = Array.from({ length: rows }, (_, row) =>
        line(meanOf(2 * row), meanOf(second(row))),
      ).flat()
      const between = rowsOf(bytesOf(generate(params, tensor([rows * pointsBetween, latent], points))))
      const cells = Array.from({ length: rows }, (_, row) => [
        originals[2 * row]!,
        ...between.slice(row * pointsBetween, (row + 1) * pointsBetween),
        originals[second(row)]!,
      ])
      return sheet(gathered(cells.flat()), pointsBetween + 2)
    },
  }
}
