import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeIdx, mnistFileNames } from '@vae/data'
import { key, randomBits, tensor } from '@vae/tensor'

/** Bright strokes at random places: enough for a model to learn something. */
const images = (count: number, seed: number): Uint8Array => {
  const words = randomBits(key(seed), [count, 2]).data
  const bytes = new Uint8Array(count * 784)
  for (let image = 0; image < count; image++) {
    const column = words[2 * image]! % 28
    const height = 5 + (words[2 * image + 1]! % 20)
    for (let row = 2; row < height; row++) bytes[image * 784 + row * 28 + column] = 255
  }
  return encodeIdx(tensor([count, 28, 28], bytes, 'u8'))
}

const labels = (count: number): Uint8Array => encodeIdx(tensor([count], new Uint8Array(count), 'u8'))

/** Writes the four files of a small dataset in the form of MNIST. */
export const writeDigits = async (folder: string, train: number, test: number): Promise<string> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, mnistFileNames.trainImages), images(train, 1))
  await writeFile(join(folder, mnistFileNames.trainLabels), labels(train))
  await writeFile(join(folder, mnistFileNames.testImages), images(test, 2))
  await writeFile(join(folder, mnistFileNames.testLabels), labels(test))
  return folder
}
