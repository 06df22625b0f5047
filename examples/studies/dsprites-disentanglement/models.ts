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
  /** Called at the end, with the mean loss of all steps. */
  readonly each: (loss: number) => Promise<void>
}

const courseOf = ({ each, ...common }: Common) => ({
  ...common,
  epochs: 1,
  batch: schedule.batch,
  learningRate: schedule.learningRate,
  each: (_epoch: number, _model: unknown, loss: number) => each(loss),
})

/** Trains a model for one pass over the images and gives its encoder, to be compiled. */
export const encoderOf: Readonly<Record<Kind, (common: Common) => Promise<Encode>>> = {
  vae: async (common) => {
    const model = vae(parts)
    const { params } = await trained({
      ...courseOf(common),
      init: model.init,
      objective: model.objective,
      hyper: () => ({ beta: scalar(1) }),
    })
    return (x) => model.encode(params)(x)
  },
  'beta-tcvae': async (common) => {
    const model = betaTcVae(parts, { datasetSize: common.data.examples.count })
    const { params } = await trained({
      ...courseOf(common),
      init: model.init,
      objective: model.objective,
      hyper: () => ({ beta: scalar(beta) }),
    })
    return (x) => model.encode(params)(x)
  },
  'factor-vae': async (common) => {
    const model = factorVae({ ...parts, discriminator: discriminator({ latent }) })
    type Params = ReturnType<typeof model.init>['params']
    const optimizers = {
      model: adam<Params['model']>(),
      // The decays of the paper, for a game that has no fixed target.
      discriminator: adam<Params['discriminator']>({ b1: 0.5, b2: 0.9 }),
    }
    const { params } = await trainedWith(
      adversarialStep(
        {
          ...model.objectives,
          model: (hyper: FactorHyper & AdversarialHyper) => model.objectives.model(hyper),
        },
        optimizers,
      ),
      optimizersOfPlayers(optimizers),
      {
        ...courseOf(common),
        init: model.init,
        hyper: () => ({ gamma: scalar(gamma), discriminatorLearningRate: scalar(discriminatorRate) }),
      },
    )
    return (x) => model.encode(params.model)(x)
  },
}
