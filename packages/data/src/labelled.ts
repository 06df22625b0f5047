import { type Add, type Product, sizeOf } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { type Dataset, exampleCount, exampleShape } from './dataset.ts'
import { renderedExamples } from './examples.ts'

/**
 * Images as rows of bytes with their label as one more byte at the end, so that a batch carries both: what `classifier` of
 * @vae/models learns from. None where there are no labels.
 *
 * @example
 * ```ts
 * pipe(labelled(mnist.test), O.map(exampleShape)) // → some([785])
 * ```
 */
export const labelled = <S extends number[]>(dataset: Dataset<S>): O.Option<Dataset<[Add<Product<S>, 1>]>> =>
  pipe(
    dataset.labels,
    O.map(({ data: labels }) => {
      const pixels = sizeOf(exampleShape(dataset))
      return {
        ...dataset,
        examples: renderedExamples({
          count: exampleCount(dataset),
          // The formula of the type, which the compiler cannot follow while S is a parameter.
          shape: [pixels + 1] as [Add<Product<S>, 1>],
          dtype: 'u8',
          render: (index, target, offset) => {
            target.set(dataset.examples.gather([index]).data, offset)
            target[offset + pixels] = labels[index]!
          },
        }),
      }
    }),
  )
