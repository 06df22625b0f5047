import { dspritesFactors } from '@vae/data'
import type { Factors } from '@vae/metrics'
import { type Key, split, tensor, uniform } from '@vae/tensor'

/** Random images of dSprites by their indices, with factors that some of them share. */

const { names, factorsOf, indexOf } = dspritesFactors

/** How many factors there are. */
export const factorCount = names.length

/** The factors of images, `[N, 5]`. */
export const factorsAt = (indices: Uint32Array): Factors<number, number> =>
  tensor(
    [indices.length, factorCount],
    [...indices].flatMap((index) => {
      const factors = factorsOf(index)
      return names.map((name) => factors[name])
    }),
    'i32',
  )

/** `count` images whose factors are independent and uniform. */
export const randomImages = (key: Key, count: number): Uint32Array =>
  Uint32Array.from(uniform(key, [count]).data, (u) => Math.floor(u * dspritesFactors.count))

/** Image `index` with factor number `factor` of image `other`. */
const withFactorOf = (index: number, other: number, factor: number): number => {
  const name = names[factor]!
  return indexOf({ ...factorsOf(index), [name]: factorsOf(other)[name] })
}

/** `count` random images that share a random value of factor number `factor`. */
export const sharingFactor = (factor: number, key: Key, count: number): Uint32Array => {
  const images = randomImages(key, count)
  return images.map((index) => withFactorOf(index, images[0]!, factor))
}

/** `count` pairs of random images that share a value of factor number `factor`, which differs from pair to pair. */
export const pairsSharingFactor = (
  factor: number,
  key: Key,
  count: number,
): readonly [first: Uint32Array, second: Uint32Array] => {
  const [forFirst, forSecond] = split(key)
  const first = randomImages(forFirst, count)
  const second = randomImages(forSecond, count)
  return [first, second.map((index, pair) => withFactorOf(index, first[pair]!, factor))]
}
