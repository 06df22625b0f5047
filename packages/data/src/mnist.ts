import { type TensorOf, tensor } from '@vae/tensor'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Dataset, Split, Splits } from './dataset.ts'
import { type DataError, dataError } from './error.ts'
import { examplesOf } from './examples.ts'
import { decodeIdx } from './idx.ts'

/** The names that the four files of MNIST, and of its drop-in replacements, have everywhere. */
export const mnistFileNames = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const

/** One of the four files. */
export type MnistFile = keyof typeof mnistFileNames

/** A file's bytes, and what messages call it. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The datasets that come in the four files. */
export type MnistName = 'MNIST' | 'Fashion-MNIST'

/**
 * Grey images of 28 × 28 pixels, 0 (black) to 255 (white), with labels from 0 to 9: in the originals 60,000 to learn
 * from and 10,000 to judge on.
 */
export type Mnist = Splits<[1, 28, 28]>

const decodeImages = ({
  name,
  bytes,
}: NamedBytes): E.Either<DataError, TensorOf<[number, 1, 28, 28], 'u8'>> =>
  pipe(
    decodeIdx(bytes, name, 3),
    E.flatMap((images) => {
      const [count, height, width] = images.shape
      if (height !== 28 || width !== 28)
        return E.left(dataError(`${name}: expected images of 28 × 28 pixels, got ${height} × ${width}`, name))
      if (count === 0) return E.left(dataError(`${name}: expected at least one image, got none`, name))
      return E.right(tensor([count, 1, 28, 28], images.data, 'u8'))
    }),
  )

const decodeSplit = (
  name: MnistName,
  split: Split,
  imagesFile: NamedBytes,
  labelsFile: NamedBytes,
): E.Either<DataError, Dataset<[1, 28, 28]>> =>
  pipe(
    E.Do,
    E.bind('images', () => decodeImages(imagesFile)),
    E.bind('labels', () => decodeIdx(labelsFile.bytes, labelsFile.name, 1)),
    E.flatMap(({ images, labels }) =>
      images.shape[0] === labels.shape[0]
        ? E.right({ name, split, examples: examplesOf<[1, 28, 28], 'u8'>(images), labels: O.some(labels) })
        : E.left(
            dataError(
              `${labelsFile.name}: expected ${images.shape[0]} labels, one for each image of ` +
                `${imagesFile.name}, got ${labels.shape[0]}`,
              labelsFile.name,
            ),
          ),
    ),
  )

/**
 * Reads MNIST, or Fashion-MNIST, from its four files. The datasets are views of the bytes.
 *
 * @param files the four files
 * @param name what the datasets are called
 * @returns both splits, or a `DataError` if a file is damaged, the images are not 28 × 28, there are none, or
 * their number differs from that of the labels
 *
 * @example
 * ```ts
 * pipe(decodeMnist(mnistFiles), E.map(({ train }) => exampleCount(train))) // → right(300)
 * ```
 *
 * @see Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition,
 * Proceedings of the IEEE 86 (1998)
 * @see H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
 * algorithms (2017), arXiv:1708.07747
 */
export const decodeMnist = (
  files: Readonly<Record<MnistFile, NamedBytes>>,
  name: MnistName = 'MNIST',
): E.Either<DataError, Mnist> =>
  sequenceS(E.Apply)({
    train: decodeSplit(name, 'train', files.trainImages, files.trainLabels),
    test: decodeSplit(name, 'test', files.testImages, files.testLabels),
  })
