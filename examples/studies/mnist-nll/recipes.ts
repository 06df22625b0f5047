/** How a model of digits is built and trained. Everything that the peer in PyTorch must know as well. */
export interface Recipe {
  /** What the model is called on the page. */
  readonly title: string
  /** Whether pixels become black or white once and for all, or anew in every step. */
  readonly binarisation: 'static' | 'dynamic'
  /** The first of the 60,000 training images, as many as the publication trains on. */
  readonly trainingImages: number
  readonly hidden: readonly number[]
  readonly activation: 'tanh' | 'relu'
  readonly latent: number
  /** Samples of the importance weighted bound; 0 for the evidence lower bound with its KL in closed form. */
  readonly samples: number
  readonly batch: number
  /** Weights by Glorot, biases 0, and those of the output the logits of the mean image; else as PyTorch starts. */
  readonly glorot: boolean
  readonly adam: {
    readonly b1: number
    readonly b2: number
    readonly eps: number
    readonly initialSecondMoment: number
  }
  /** Learning rates, and for how many epochs each. */
  readonly rates: readonly { readonly epochs: number; readonly rate: number }[]
  readonly published: Published
}

/** What a publication says of the whole schedule. */
export interface Published {
  readonly epochs: number
  /** NLL in nats with where it stands. */
  readonly figures: readonly { readonly nll: number; readonly source: string }[]
}

/** Stages of the publication. */
export const allStages = 8

/**
 * One stochastic layer, as Burda, Grosse & Salakhutdinov, "Importance weighted autoencoders" (ICLR 2016), section 5: stage
 * i lasts 3ⁱ epochs with learning rate 10⁻³ · 10^(−i / 7).
 */
const burda = (
  title: string,
  samples: number,
  binarisation: 'static' | 'dynamic',
  figures: Published['figures'],
  stages: number,
): Recipe => ({
  title,
  binarisation,
  trainingImages: binarisation === 'static' ? 50_000 : 59_600,
  hidden: [200, 200],
  activation: 'tanh',
  latent: 50,
  samples,
  batch: 20,
  glorot: true,
  adam: { b1: 0.99, b2: 0.999, eps: 1e-4, initialSecondMoment: 1 },
  rates: Array.from({ length: stages }, (_, stage) => ({
    epochs: 3 ** stage,
    rate: 1e-3 * 10 ** (-stage / (allStages - 1)),
  })),
  published: { epochs: 3280, figures },
})

const paper = 'Burda et al.'
const nbip = 'nbip'

/** The runs by name, after so many stages, where they have stages. */
export const recipes = (stages: number) =>
  ({
    'vae-dynamic': burda(
      'VAE',
      1,
      'dynamic',
      [
        { nll: 86.76, source: paper },
        { nll: 86.35, source: nbip },
      ],
      stages,
    ),
    'iwae-5-dynamic': burda(
      'IWAE, 5 samples',
      5,
      'dynamic',
      [
        { nll: 85.54, source: paper },
        { nll: 85.18, source: nbip },
      ],
      stages,
    ),
    'vae-static': burda('VAE', 1, 'static', [{ nll: 88.71, source: paper }], stages),
    'iwae-5-static': burda('IWAE, 5 samples', 5, 'static', [{ nll: 87.63, source: paper }], stages),
    'pythae-vae-static': {
      title: 'VAE of pythae',
      binarisation: 'static',
      trainingImages: 50_000,
      hidden: [400],
      activation: 'relu',
      latent: 40,
      samples: 0,
      batch: 100,
      glorot: false,
      adam: { b1: 0.9, b2: 0.999, eps: 1e-8, initialSecondMoment: 0 },
      // The publication lowers the rate at epochs 200 and 350.
      rates: [{ epochs: 50, rate: 1e-4 }],
      published: { epochs: 500, figures: [{ nll: 89.78, source: 'pythae' }] },
    },
  }) as const satisfies Record<string, Recipe>

/** The name of a run. */
export type RecipeName = keyof ReturnType<typeof recipes>

/** Epochs of all rates together. */
export const epochsOf = ({ rates }: Recipe): number => rates.reduce((sum, { epochs }) => sum + epochs, 0)

/** The learning rate of an epoch, from 1. */
export const rateOf = ({ rates }: Recipe, epoch: number): number => {
  let last = 0
  for (const { epochs, rate } of rates) {
    last += epochs
    if (epoch <= last) return rate
  }
  throw new RangeError(`epoch ${epoch} is beyond the ${last} of the recipe`)
}
