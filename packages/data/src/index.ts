export {
  type Batches,
  type EvaluationBatches,
  evaluationBatches,
  type TrainingBatches,
  trainingBatches,
  type WeightedBatch,
} from './batches.ts'
export { binarise } from './binarise.ts'
export {
  type Dataset,
  exampleCount,
  exampleShape,
  firstExamples,
  flattenExamples,
  inMemory,
  type Split,
  type Splits,
  selected,
  take,
} from './dataset.ts'
export {
  dspritesFactorsAt,
  dspritesPairsSharing,
  dspritesSharing,
  randomDsprites,
} from './dsprites/draws.ts'
export {
  type DspritesSplit,
  dsprites,
  dspritesDefaultSplit,
  dspritesExamples,
  dspritesSplit,
} from './dsprites/dsprites.ts'
export { type DspritesFactor, dspritesFactors, dspritesLatents } from './dsprites/factors.ts'
export { epochOrder } from './epoch-order.ts'
export { type DataError, dataError } from './error.ts'
export {
  type ExampleDType,
  type Examples,
  examplesOf,
  type Renderer,
  renderedExamples,
  reshapeExamples,
  selectExamples,
} from './examples.ts'
export { type FactorSpace, type Factors, factorSpace } from './factors.ts'
export { decodeIdx, encodeIdx, type ShapeOfRank } from './idx.ts'
export { labelled } from './labelled.ts'
export {
  exerciseMixture,
  type GaussianMixture,
  gaussianMixture,
  type MixtureComponent,
  mixtureSplits,
} from './mixture.ts'
export {
  decodeMnist,
  type Mnist,
  type MnistFile,
  type MnistName,
  mnistFileNames,
  type NamedBytes,
} from './mnist.ts'
export { decodePng } from './png/decode.ts'
export { type ColourImage, encodePng, type GreyImage } from './png/encode.ts'
export type { Safetensors } from './safetensors/contents.ts'
export { decodeSafetensors } from './safetensors/decode.ts'
export { encodeSafetensors } from './safetensors/encode.ts'
export { type DatasetStatistics, datasetStatistics } from './statistics.ts'
export { enlarge, type TileOptions, tile } from './tile.ts'
