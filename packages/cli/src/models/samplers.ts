import { compileWith, type Engine } from '@vae/autograd'
import { evaluationBatches, take } from '@vae/data'
import { valuesOf } from '@vae/models'
import { type Key, normal, type Tensor, type TensorOf, tensor, uniform } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { codeFrequencies, drawCodes } from './code-frequencies.ts'
import { drawFrom, fitGaussian } from './ex-post-gaussian.ts'
import type { CodeSpace, LatentSpace, RunBatch, Trained } from './run-model.ts'

/** What drawing from a trained model needs. */
export interface Studio<P, S> {
  readonly engine: Engine
  readonly trained: Trained<P, S>
  /** The training examples; null where nobody needs them. */
  readonly train: RunDataset | null
}

/** How new examples are drawn. */
export interface Sampler<P, S> {
  /** Where samples come from, for captions: `decoded from …`. */
  readonly words: string
  /** Whether it looks at the training examples. */
  readonly needsTrainingData: boolean
  /** Makes a function that draws `samplesAtOnce` examples. */
  readonly start: (studio: Studio<P, S>) => (key: Key) => Tensor<[number, ...number[]]>
}

/** Samples that are drawn at once: a program of one size draws any number. */
export const samplesAtOnce = 100

/** Training examples that samplers look at, at most: enough for their few numbers. */
const mostExamples = 20_000

const batch = 200

/** The training examples of a studio that was given them. */
export const trainingData = ({ train }: Pick<Studio<never, never>, 'train'>): RunDataset => {
  if (train === null) throw new Error('training examples are needed, and none were given')
  return train
}

/** All of what `see` gives for the first training examples, batch by batch. */
const overTraining = <P, S, T extends { readonly data: ArrayLike<number> }>(
  studio: Studio<P, S>,
  see: (trained: Trained<P, S>, batch: RunBatch) => T,
  include: (seen: T, present: number) => void,
): void => {
  const { engine, trained } = studio
  const compiled = compileWith(engine)(see)
  for (const examples of evaluationBatches(take(mostExamples)(trainingData(studio)), batch))
    include(
      compiled(trained, examples),
      examples.weights.data.reduce((sum, weight) => sum + weight, 0),
    )
  compiled.close()
}

/** Draws from the prior that the model was trained with. */
export const priorSampler = <P, S>(
  sample: (params: P) => (key: Key, count: number) => Tensor<[number, ...number[]]>,
): Sampler<P, S> => ({
  words: 'decoded from latent vectors drawn from the prior',
  needsTrainingData: false,
  start: ({ engine, trained }) => {
    const draw = compileWith(engine)((params: P, key: Key) => sample(params)(key, samplesAtOnce))
    return (key) => draw(trained.params, key)
  },
})

/**
 * For a model without a prior: a Gaussian fitted to the codes of training examples after training. Ghosh, Sajjadi, Vergari,
 * Black & Schölkopf, "From variational to deterministic autoencoders" (ICLR 2020), section 4.
 */
export const exPostSampler = <P, S>({ size, encode, generate }: LatentSpace<P>): Sampler<P, S> => ({
  words:
    'decoded from a Gaussian that was fitted to the codes of training examples afterwards, since an autoencoder ' +
    'has no prior',
  needsTrainingData: true,
  start: (studio) => {
    const codes: Float32Array[] = []
    overTraining(
      studio,
      ({ params }, { examples }) => encode(params)(valuesOf(examples)),
      ({ data }, present) => codes.push(data.slice(0, present * size)),
    )
    const gaussian = fitGaussian(codes, size)
    const decode = compileWith(studio.engine)((params: P, z: Tensor<[number, number]>) => generate(params)(z))
    const shape = [samplesAtOnce, size] as const
    return (key) =>
      decode(studio.trained.params, tensor([...shape], drawFrom(gaussian, normal(key, [...shape]).data)))
  },
})

/** For codes without a prior: each is drawn by itself, as often as training examples have it at its position. */
export const frequencySampler = <P, S>({
  grid,
  codebooks,
  encode,
  generate,
}: CodeSpace<P, S>): Sampler<P, S> => ({
  words:
    'decoded from codes that were drawn at each position by themselves, as often as training examples have them there, ' +
    'since no prior of codes was trained',
  needsTrainingData: true,
  start: (studio) => {
    const places = grid.reduce((product, length) => product * length, 1)
    const frequencies = codeFrequencies(places, codebooks)
    overTraining(
      studio,
      (trained, { examples }) => encode(trained)(valuesOf(examples)),
      ({ data }, present) => frequencies.include(data.subarray(0, present * places)),
    )
    const decode = compileWith(studio.engine)(
      (trained: Trained<P, S>, codes: TensorOf<[number, ...number[]], 'i32'>) => generate(trained)(codes),
    )
    return (key) => {
      const codes = drawCodes(frequencies.counts, uniform(key, [samplesAtOnce, places]).data)
      return decode(studio.trained, tensor([samplesAtOnce, ...grid], codes, 'i32'))
    }
  },
})
