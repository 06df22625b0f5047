import { createRequire } from 'node:module'
import { type Dataset, flattenExamples } from '@vae/data'
import { datasets } from '@vae/data/node'
import * as E from 'fp-ts/lib/Either.js'

/** Images as a study needs them: their two parts. */
export interface Parts<S extends number[]> {
  readonly train: Dataset<S>
  readonly test: Dataset<S>
}

/** MNIST or Fashion-MNIST, of their packages. Throws the sentence that says what is missing. */
export const images = async (name: 'mnist' | 'fashion-mnist'): Promise<Parts<[1, 28, 28]>> => {
  const found = await datasets[name].load({
    folder: null,
    limit: null,
    resolve: createRequire(import.meta.url).resolve,
  })()
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}

/** The digits of MNIST as rows of 784 pixels. */
export const digits = async (): Promise<Parts<[784]>> => {
  const { train, test } = await images('mnist')
  return { train: flattenExamples(784)(train), test: flattenExamples(784)(test) }
}
