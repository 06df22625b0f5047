export {
  type Batches,
  type EvaluationBatches,
  evaluationBatches,
  type TrainingBatches,
  trainingBatches,
  type WeightedBatch,
} from './batches.ts'
export { type Dataset, exampleCount, exampleShape, flattenExamples, type Split, take } from './dataset.ts'
export { epochOrder } from './epoch-order.ts'
export { type DataError, dataError } from './error.ts'
export { decodeIdx, encodeIdx, type ShapeOfRank } from './idx.ts'
export { decodeMnist, type Mnist, type MnistFile, mnistFileNames, type NamedBytes } from './mnist.ts'
export { decodePng } from './png/decode.ts'
export { type ColourImage, encodePng, type GreyImage } from './png/encode.ts'
export type { Safetensors } from './safetensors/contents.ts'
export { decodeSafetensors } from './safetensors/decode.ts'
export { encodeSafetensors } from './safetensors/encode.ts'
export { enlarge, type TileOptions, tile } from './tile.ts'
