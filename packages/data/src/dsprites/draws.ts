import { type Key, split, type TensorOf, tensor, uniform } from '@vae/tensor'
import { type DspritesFactor, dspritesFactors } from './factors.ts'

/*
 * Random images of dSprites by their indices, with factors that some of them share: what scores of disentanglement draw.
 */

const { names, factorsOf, indexOf } = dspritesFactors

/**
 * The classes of the factors of images, `[N, 5]` in the order of `dspritesFactors.names`.
 *
 * @example
 * ```ts
 * dspritesFactorsAt(Uint32Array.of(0, 737_279)) // → [[0, 0, 0, 0, 0], [2, 5, 39, 31, 31]]
 * ```
 */
export const dspritesFactorsAt = (indices: Uint32Array): TensorOf<[number, 5], 'i32'> =>
  tensor(
    [indices.length, 5],
    Int32Array.from(
      [...indices].flatMap((index) => {
        const factors = factorsOf(index)
        return names.map((name) => factors[name])
      }),
    ),
    'i32',
  )

/**
 * `count` images whose factors are independent and uniform.
 *
 * @example
 * ```ts
 * randomDsprites(key(0), 64).every((index) => index < 737_280) // → true
 * ```
 */
export const randomDsprites = (key: Key, count: number): Uint32Array =>
  Uint32Array.from(uniform(key, [count]).data, (u) => Math.floor(u * dspritesFactors.count))

/** Image `index` with a factor of image `other`. */
const withFactorOf = (index: number, other: number, name: DspritesFactor): number =>
  indexOf({ ...factorsOf(index), [name]: factorsOf(other)[name] })

/**
 * `count` random images that share a random class of a factor: the draws of the FactorVAE score.
 *
 * @example
 * ```ts
 * const images = dspritesSharing('shape', key(0), 64)
 * new Set([...images].map((index) => dspritesFactors.factorsOf(index).shape)).size // → 1
 * ```
 */
export const dspritesSharing = (name: DspritesFactor, key: Key, count: number): Uint32Array => {
  const images = randomDsprites(key, count + 1)
  return images.slice(0, count).map((index) => withFactorOf(index, images[count]!, name))
}

/**
 * `count` pairs of random images that share a class of a factor, which differs from pair to pair: the draws of the β-VAE
 * score.
 *
 * @example
 * ```ts
 * const [first, second] = dspritesPairsSharing('x', key(0), 64)
 * first.every((index, pair) => index % 1024 >> 5 === second[pair]! % 1024 >> 5) // → true
 * ```
 */
export const dspritesPairsSharing = (
  name: DspritesFactor,
  key: Key,
  count: number,
): readonly [first: Uint32Array, second: Uint32Array] => {
  const [forFirst, forSecond] = split(key)
  const first = randomDsprites(forFirst, count)
  const second = randomDsprites(forSecond, count)
  return [first, second.map((index, pair) => withFactorOf(index, first[pair]!, name))]
}
