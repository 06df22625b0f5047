import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { type Dataset, type Splits, selected } from '../dataset.ts'
import { epochOrder } from '../epoch-order.ts'
import { type Examples, renderedExamples } from '../examples.ts'
import { dspritesFactors, dspritesLatents } from './factors.ts'
import { drawSprite, spriteShapes, spriteSide } from './sprite.ts'

/** Pixels along each side of an image. */
const side = 64

/** Images with the same shape, scale and orientation: all positions of one sprite. */
const positions = dspritesFactors.sizes.x * dspritesFactors.sizes.y

/** The sprite of images `number · positions` and following, its rows as far apart as those of an image. */
const spriteOf = (number: number): Uint8Array => {
  const factors = dspritesFactors.factorsOf(number * positions)
  const { scale, orientation } = dspritesLatents(factors)
  const sprite = drawSprite(spriteShapes[factors.shape]!, scale, orientation)
  const rows = new Uint8Array((spriteSide - 1) * side + spriteSide)
  for (let row = 0; row < spriteSide; row++)
    rows.set(sprite.subarray(row * spriteSide, (row + 1) * spriteSide), row * side)
  return rows
}

/**
 * The 737,280 images of dSprites, `[1, 64, 64]` bytes of 0 (black) or 255 (white), drawn when they are asked for. Image
 * i is that of the factors `dspritesFactors.factorsOf(i)`.
 *
 * The factors, their values and the order are those of the original; its images are published as a file alone, so
 * the outlines are ours: squares, ellipses twice as wide as high, and hearts, sized so that 4.25 % of all pixels are
 * white as in the original. One step of `x` or `y` moves a sprite by one pixel, and no sprite is cut off. A shape
 * without rotation stands upright.
 *
 * @example
 * ```ts
 * const i = dspritesFactors.indexOf({ shape: 2, scale: 5, orientation: 0, x: 16, y: 16 })
 * dspritesExamples.gather([i]).shape // → [1, 1, 64, 64]
 * ```
 *
 * @see L. Matthey, I. Higgins, D. Hassabis and A. Lerchner, dSprites: Disentanglement testing Sprites dataset (2017)
 */
export const dspritesExamples: Examples<[1, 64, 64]> = (() => {
  // The 720 sprites that the images show at 1,024 positions each, drawn when first asked for: 1.5 MB at most.
  const sprites: Uint8Array[] = []
  return renderedExamples({
    count: dspritesFactors.count,
    shape: [1, side, side],
    dtype: 'u8',
    render: (index, target, offset) => {
      const number = Math.floor(index / positions)
      sprites[number] ??= spriteOf(number)
      const sprite = sprites[number]
      // The middle of the sprite comes to column 16 + x and row 16 + y.
      const left = Math.floor((index % positions) / dspritesFactors.sizes.y)
      const top = index % dspritesFactors.sizes.y
      target.set(sprite, offset + top * side + left)
    },
  })
})()

/** Which images a split holds, by their index in `dspritesExamples`, in the order of the split. */
export interface DspritesSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * Holds out `test` images of dSprites: the first ones of a permutation that a seed gives; the others, in its order, are
 * for training. So the first n of either part are a sample of all factors. The factors of example i of a part are
 * `dspritesFactors.factorsOf(split.test[i])`. Throws a `RangeError` unless `test` is from 0 to 737,280.
 *
 * The original has no split, and disentanglement is usually measured on all images, `dspritesExamples`.
 *
 * @example
 * ```ts
 * const split = dspritesSplit({ test: 10_000, seed: 0 })
 * split.train.length // → 727280
 * ```
 */
export const dspritesSplit = ({
  test,
  seed,
}: {
  readonly test: number
  readonly seed: number
}): DspritesSplit => {
  if (!Number.isInteger(test) || test < 0 || test > dspritesFactors.count)
    throw new RangeError(`dspritesSplit: expected from 0 to ${dspritesFactors.count} images, got ${test}`)
  const order = epochOrder(key(seed), dspritesFactors.count)
  return { train: order.slice(test), test: order.slice(0, test) }
}

/**
 * The split of `datasets.dsprites`, which holds out 10,000 images.
 *
 * @example
 * ```ts
 * const { test } = dspritesDefaultSplit()
 * test.length // → 10000
 * ```
 */
export const dspritesDefaultSplit = (): DspritesSplit => dspritesSplit({ test: 10_000, seed: 0 })

/**
 * dSprites in two parts, see `dspritesSplit`.
 *
 * @example
 * ```ts
 * const { train, test } = dsprites(dspritesSplit({ test: 10_000, seed: 0 }))
 * exampleCount(test) // → 10000
 * ```
 */
export const dsprites = (split: DspritesSplit): Splits<[1, 64, 64]> => {
  const part = (name: 'train' | 'test'): Dataset<[1, 64, 64]> =>
    pipe({ name: 'dSprites', split: name, examples: dspritesExamples, labels: O.none }, selected(split[name]))
  return { train: part('train'), test: part('test') }
}
