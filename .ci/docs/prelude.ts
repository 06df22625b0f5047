import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordFunction } from '@vae/autograd'
import {
  decodeMnist,
  encodeIdx,
  encodePng,
  encodeSafetensors,
  firstExamples,
  type MnistFile,
  mnistFileNames,
  type NamedBytes,
} from '@vae/data'
import { bernoulli, gaussianEncoder, mlp, vae } from '@vae/models'
import { key, normal, ones, randomBits, square, sum, type Tensor, type TensorOf, tensor } from '@vae/tensor'

/*
 * Values that the examples in docstrings use without declaring them, under the names that they have in practice.
 */

/** A batch of 128 images with 784 features each. */
export const x = normal(key(0), [128, 784])

const three = tensor([3], [1, 2, 3])

/** The sum of squares of three numbers as a tape. */
export const { tape } = recordFunction((x: typeof three) => sum(square(x), [0]), [three])

/** A folder of its own for files that examples write. It also holds the four files of MNIST. */
export const folder = mkdtempSync(join(tmpdir(), 'vae-docs-'))

const noise = (seed: number, size: number): Uint8Array => Uint8Array.from(randomBits(key(seed), [size]).data)

const idx = (name: string, tensor: TensorOf<number[], 'u8'>): NamedBytes => ({
  name,
  bytes: encodeIdx(tensor),
})

/** MNIST in small, of noise: 300 training and 250 test images, as files. */
export const mnistFiles: Readonly<Record<MnistFile, NamedBytes>> = {
  trainImages: idx(mnistFileNames.trainImages, tensor([300, 28, 28], noise(1, 300 * 784), 'u8')),
  trainLabels: idx(mnistFileNames.trainLabels, tensor([300], new Uint8Array(300).fill(7), 'u8')),
  testImages: idx(mnistFileNames.testImages, tensor([250, 28, 28], noise(2, 250 * 784), 'u8')),
  testLabels: idx(mnistFileNames.testLabels, tensor([250], new Uint8Array(250).fill(3), 'u8')),
}
for (const file of Object.values(mnistFiles)) writeFileSync(join(folder, file.name), file.bytes)

const decoded = decodeMnist(mnistFiles)
if (decoded._tag === 'Left') throw new Error(decoded.left.message)

/** The same, decoded. */
export const mnist = decoded.right

/** 100 images of 28 × 28 pixels. */
export const images = tensor([100, 28, 28], firstExamples(100)(mnist.train).data, 'u8')

/** One image of 28 × 28 pixels. */
export const digit = tensor([28, 28], firstExamples(1)(mnist.train).data, 'u8')

/** The file of `digit`. */
export const png = encodePng(digit)

/** The test labels of MNIST as an IDX file. */
export const idxBytes = mnistFiles.testLabels.bytes

/** A safetensors file with one tensor. */
export const safetensors = encodeSafetensors({
  tensors: new Map([['encoder.hidden.weight', ones([2, 3])]]),
  metadata: { epoch: '3' },
})

/** A model that is small enough to run in an example. */
export const model = vae({
  encoder: gaussianEncoder(mlp([784], [16]), 2),
  decoder: mlp([2], [16], [784]),
  likelihood: bernoulli,
})

/** Its parameters. */
export const { params } = model.init(key(3))

/** 64 training images as a batch. */
export const batch = {
  examples: tensor([64, 784], firstExamples(64)(mnist.train).data, 'u8'),
  weights: ones([64]),
}

/** The objective of `model` with β = 1, as `trainingStep` takes it. */
export const objective = (_: { readonly learningRate: Tensor<[]> }) => model.objective({ beta: ones([]) })<64>
