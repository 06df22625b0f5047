import { type FactorSpace, type Factors, factorSpace } from '../factors.ts'

/** The factors of dSprites. */
export type DspritesFactor = 'shape' | 'scale' | 'orientation' | 'x' | 'y'

/**
 * The factors of dSprites, in the order and with the sizes of the original: 3 shapes, 6 scales, 40 orientations and
 * 32 × 32 positions, 737,280 combinations of which the last factor, y, changes fastest. (The sixth factor of the
 * original, colour, has one class.)
 *
 * @example
 * ```ts
 * dspritesFactors.factorsOf(737_279) // → { shape: 2, scale: 5, orientation: 39, x: 31, y: 31 }
 * dspritesFactors.indexOf({ shape: 0, scale: 0, orientation: 0, x: 1, y: 0 }) // → 32
 * ```
 *
 * @see L. Matthey, I. Higgins, D. Hassabis and A. Lerchner, dSprites: Disentanglement testing Sprites dataset (2017),
 * https://github.com/deepmind/dsprites-dataset
 */
export const dspritesFactors: FactorSpace<DspritesFactor> = factorSpace({
  shape: 3,
  scale: 6,
  orientation: 40,
  x: 32,
  y: 32,
})

/**
 * The values that the classes stand for, those of the original: `shape` 1 (square), 2 (ellipse) or 3 (heart), `scale`
 * from 0.5 to 1, `orientation` from 0 to 2π radians clockwise, `x` and `y` from 0 to 1, right and down. All are evenly
 * spaced with both ends included, so the first and the last orientation look the same, as they do in the original.
 *
 * @example
 * ```ts
 * dspritesLatents({ shape: 1, scale: 5, orientation: 0, x: 31, y: 0 })
 * // → { shape: 2, scale: 1, orientation: 0, x: 1, y: 0 }
 * ```
 */
export const dspritesLatents = ({
  shape,
  scale,
  orientation,
  x,
  y,
}: Factors<DspritesFactor>): Readonly<Record<DspritesFactor, number>> => ({
  shape: shape + 1,
  scale: 0.5 + scale / 10,
  orientation: (2 * Math.PI * orientation) / 39,
  x: x / 31,
  y: y / 31,
})
