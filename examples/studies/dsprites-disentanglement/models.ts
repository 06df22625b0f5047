import type { Engine } from '@vae/autograd'
import type { Dataset } from '@vae/data'
import {
  bernoulli,
  betaTcVae,
  type DiagonalGaussian,
  discriminator,
  type FactorHyper,
  factorVae,
  gaussianEncoder,
  mlp,
  vae,
} from '@vae/models'
import { type Tensor, tanh, tensor } from '@vae/tensor'
import { type AdversarialHyper, adam, adversarialStep, optimizersOfPlayers } from '@vae/train'
import { trained, trainedWith } from '../training.ts'
import { beta, discriminatorRate, gamma, type Kind, schedule } from './schedule.ts'

/** Pixels of an image, and latent dimensions. */
export const [pixels, latent] = [4096, 10] as const
type Pixels = [typeof pixels]

/** The networks of Chen et al. (2018), appendix: two hidden layers to the code, three with tanh back. */
const parts = {
  encoder: gaussianEncoder(mlp([pixels], [1200, 1200]), latent),
  decoder: mlp([latent], [1200, 1200, 1200], [pixels], { activation: tanh }),
  likelihood: bernoulli,
}

/** The posteriors of images, by a model that was trained. */
export type Encode = (x: Tensor<[number, typeof pixels]>) => DiagonalGaussian<number, typeof latent>

const scalar = (value: number): Tensor<[]> => tensor([], [value])

/** What all models have in common. */
export interface Common {
  readonly engine: Engine
  readonly data: Dataset<Pixels>
  readonly seed: number
  readonly epochs: number
  /** A file that is written after each epoch, and from which a training that was stopped goes on. */
  readonly checkpoint: string
  /** Called after each epoch with the encoder, to be compiled, and the mean loss of its steps. */
  readonly each: (epoch: number, encode: Encode, loss: number) => Promise<void>
}

const courseOf = <P>({ each, ...common }: Common, encoderOf: (params: P) => Encode) => ({
  ...common,
  batch: schedule.batch,
  learningRate: schedule.learningRate,
  each: (epoch: number, { params }: { readonly params: P }, loss: number) =>
    each(epoch, encoderOf(params), loss),
})

/** Trains each model. */
export const trainings: Readonly<Record<Kind, (common: Common) => Promise<unknown>>> = {
  vae: (common) => {
    const model = vae(parts)
    return trained({
      ...courseOf(common, model.encode),
      init: model.init,
      objective: model.objective,
      hyper: () => ({ beta: scalar(1) }),
    })
  },
  'beta-tcvae': (common) => {
    const model = betaTcVae(parts, { datasetSize: common.data.examples.count })
    return trained({
      ...courseOf(common, model.encode),
      init: model.init,
      objective: model.objective,
      hyper: () => ({ beta: scalar(beta) }),
    })
  },
  'factor-vae': (common) => {
    const model = factorVae({ ...parts, discriminator: discriminator({ latent }) })
    type Params = ReturnType<typeof model.init>['params']
    const optimizers = {
      model: adam<Params['model']>(),
      // The decays of the paper, for a game that has no fixed target.
      discriminator: adam<Params['discriminator']>({ b1: 0.5, b2: 0.9 }),
    }
    return trainedWith(
      adversarialStep(
        {
          ...model.objectives,
          model: (hyper: FactorHyper & AdversarialHyper) => model.objectives.model(hyper),
        },
        optimizers,
      ),
      optimizersOfPlayers(optimizers),
      {
        ...courseOf(common, (params: Params) => model.encode(params.model)),
        init: model.init,
        hyper: () => ({ gamma: scalar(gamma), discriminatorLearningRate: scalar(discriminatorRate) }),
      },
    )
  },
}
