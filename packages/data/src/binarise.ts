import { type Key, sizeOf, threefry2x32 } from '@vae/tensor'
import type { Dataset } from './dataset.ts'

/**
 * Images whose pixels are drawn once, 255 (white) with the probability of their intensity and else 0: static
 * binarisation, as of Larochelle & Murray, "The neural autoregressive distribution estimator" (AISTATS 2011). The draw
 * of example i is a function of the key and of i alone, so neither order, batches nor `take` change it.
 *
 * Dynamic binarisation draws anew in each step instead, with `binarised` of @vae/models and the key of the step
 * (Salakhutdinov & Murray, "On the quantitative analysis of deep belief networks", ICML 2008). Likelihoods under the
 * two must not be compared.
 *
 * It draws whenever examples are asked for; `inMemory` keeps what was drawn.
 *
 * @example
 * ```ts
 * const { examples } = pipe(mnist.test, binarise(key(0)))
 * examples.gather([7]).data.every((value) => value === 0 || value === 255) // → true
 * ```
 */
export const binarise =
  (key: Key) =>
  <S extends number[]>(dataset: Dataset<S>): Dataset<S> => {
    const { examples } = dataset
    const size = sizeOf(examples.shape)
    const words = [key.data[0]!, key.data[1]!] as const
    return {
      ...dataset,
      examples: {
        ...examples,
        gather: (indices) => {
          const rows = examples.gather(indices)
          for (let row = 0; row < indices.length; row++)
            binariseRow(rows.data.subarray(row * size, (row + 1) * size), words, indices[row]!)
          return rows
        },
      },
    }
  }

/** Whether a pixel is black or white already; `undefined` beyond the last one. */
const isDecided = (pixel: number | undefined): boolean => pixel === undefined || pixel === 0 || pixel === 255

/** Draws the pixels of example `index` in place, in pairs: the counter of the stream is the example and the pair. */
const binariseRow = (pixels: Uint8Array, key: readonly [number, number], index: number): void => {
  for (let pair = 0; 2 * pair < pixels.length; pair++) {
    // Most pixels of digits and clothes are black already, and a draw is what takes the time.
    if (isDecided(pixels[2 * pair]) && isDecided(pixels[2 * pair + 1])) continue
    const words = threefry2x32(key, [index, pair])
    for (const half of [0, 1] as const) {
      const place = 2 * pair + half
      // A word below p · 2³² has probability p up to 2⁻³²; 0 stays 0 and 255 stays 255.
      if (place < pixels.length) pixels[place] = words[half] < (pixels[place]! / 255) * 2 ** 32 ? 255 : 0
    }
  }
}
