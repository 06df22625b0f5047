import {
  type Encoder,
  type ExampleEncoder,
  flowPrior,
  gaussianEncoder,
  gaussianMixture,
  iafEncoder,
  klToStandardNormal,
  type LatentModel,
  type LatentParams,
  type Likelihood,
  type Prior,
  realNvp,
  standardNormal,
  valuesOf,
  vampPrior,
} from '@vae/models'
import { add, type Key, mean, neg, reshape, sizeOf, square, squeeze, sub, type Tensor } from '@vae/tensor'
import { Refusal } from '../failure.ts'
import { activeUnitsOf, type BatchMetric, meansOver } from '../metrics/batch-metric.ts'
import { type Describe, type FigureInfo, showFigure } from '../metrics/figure.ts'
import type { BuildContext } from './family.ts'
import { kindOfDensity, likelihoodOf, likelihoodWords, unitOf } from './likelihoods.ts'
import { bodyOf, type RunNetwork, vectorDecoder } from './networks.ts'
import type { HiddenTree, LatentDensity, LatentSpace, RunBatch, RunModelOf, Trained } from './run-model.ts'
import { priorSampler } from './samplers.ts'
import type { LatentSettings, NetworkSettings, PriorSettings } from './settings.ts'
import { unitsWatch } from './watch.ts'

/** What all latent variable models of the command share: their parts, and what is measured and drawn of them. */

/** The parameters of a latent variable model of which the run alone knows the parts. */
export type RunLatentParams = LatentParams<HiddenTree, HiddenTree, HiddenTree>

/** A latent variable model of sizes that the run alone knows. */
export type RunLatentModel = LatentModel<number[], number, number[], RunLatentParams>

type RunPrior = Prior<number, HiddenTree, ExampleEncoder<number[], number>>
type RunEncoder = Encoder<number[], number, HiddenTree>

/** The parts that the models of @vae/models are made of. */
export interface RunLatentParts {
  readonly encoder: RunEncoder
  readonly decoder: RunNetwork<[number], number[]>
  readonly likelihood: Likelihood<string, number>
  readonly prior: RunPrior
}

const identity = <T>(x: T): T => x

/** The prior of settings, without the type of its parameters: see `runModel`. */
const priorOf = (settings: PriorSettings, latent: number, { example, isImages }: BuildContext): RunPrior => {
  const build = (): unknown => {
    switch (settings.kind) {
      case 'standard':
        return standardNormal(latent)
      case 'mixture':
        return gaussianMixture({ components: settings.components, latent })
      case 'vamp':
        return vampPrior({
          components: settings.components,
          example: [...example],
          latent,
          ...(isImages ? {} : { squash: identity }),
        })
      case 'flow':
        return flowPrior(realNvp({ latent, hidden: settings.hidden, steps: settings.steps }))
    }
  }
  return build() as RunPrior
}

/** The parts of a latent variable model. Throws a `ShapeError` or a `Refusal` where settings do not fit the data. */
export const latentPartsOf = (
  { network, latent, likelihood, prior, posterior }: LatentSettings,
  context: BuildContext,
): RunLatentParts => {
  const distribution = likelihoodOf(likelihood)
  const body = bodyOf(network, context.example)
  const encoder: unknown =
    posterior.kind === 'gaussian' ? gaussianEncoder(body, latent) : iafEncoder(body, latent, posterior)
  return {
    encoder: encoder as RunEncoder,
    decoder: vectorDecoder(network, latent, context.example, distribution.outputs),
    likelihood: distribution,
    prior: priorOf(prior, latent, context),
  }
}

/** The mean squared error of each value, `[B]`. */
export const squaredErrorOf = (
  x: Tensor<[number, ...number[]]>,
  reconstruction: Tensor<[number, ...number[]]>,
): Tensor<[number]> => {
  const features = sizeOf(x.shape.slice(1))
  const flat = (values: Tensor<[number, ...number[]]>): Tensor<[number, number]> =>
    reshape(values as Tensor<number[]>, [x.shape[0], features])
  return mean(square(sub(flat(x), flat(reconstruction))), [1])
}

/** What a mean squared error is called. */
export const squaredErrorInfo = ({ isImages }: BuildContext): FigureInfo => ({
  name: 'meanSquaredError',
  title: 'squared error',
  unit: isImages ? 'per pixel' : 'per feature',
})

/** The mean squared error of reconstructions. */
export const squaredErrorMetric = <P, S>(
  context: BuildContext,
  reconstruct: (
    trained: Trained<P, S>,
  ) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, ...number[]]>,
): BatchMetric<P, S> =>
  meansOver('squared-error', [squaredErrorInfo(context)], (trained, { examples }) => {
    const x = valuesOf(examples)
    return { meanSquaredError: squaredErrorOf(x, reconstruct(trained)(x)) }
  })

/** The names and units of the terms of the evidence lower bound. */
export const elboInfos = (settings: LatentSettings, { noun }: BuildContext) => {
  const unit = unitOf(settings.likelihood, noun)
  return {
    negativeElbo: { name: 'negativeElbo', title: '−ELBO', unit },
    reconstruction: { name: 'reconstruction', title: 'reconstruction', unit },
    kl: { name: 'kl', title: 'KL', unit: `nats per ${noun}` },
  } as const
}

/** −ELBO = reconstruction + KL in words. */
export const elboHeadline =
  (settings: LatentSettings, context: BuildContext): Describe =>
  ({ negativeElbo, reconstruction, kl }) =>
    `−ELBO ${showFigure(negativeElbo!)} = reconstruction ${showFigure(reconstruction!)} + ` +
    `KL ${showFigure(kl!)} ${unitOf(settings.likelihood, context.noun)}`

/** The terms of the evidence lower bound with β = 1 and one sample. */
const elboTermsOf =
  (model: RunLatentModel) =>
  (params: RunLatentParams, { examples }: RunBatch, key: Key) => {
    const x = valuesOf(examples)
    const posterior = model.posterior(params)(x)
    const samples = posterior.sample(key, 1)
    const reconstruction = neg(squeeze(model.logLikelihood(params)(x, samples.z), [0]))
    const { kl } = model.divergence(params)(posterior, samples)
    return { negativeElbo: add(reconstruction, kl), reconstruction, kl }
  }

/** The members of a `RunModel` that all latent variable models share, where `of` finds the model in what was trained. */
export const latentMembers = <P, S>(
  model: RunLatentModel,
  of: (params: P) => RunLatentParams,
  settings: LatentSettings,
  context: BuildContext,
  more: (
    trained: Trained<P, S>,
    batch: RunBatch,
    key: Key,
  ) => Readonly<Record<string, Tensor<[number]>>> = () => ({}),
  moreInfos: readonly FigureInfo[] = [],
): Pick<
  RunModelOf<P, unknown, S>,
  'metrics' | 'headline' | 'reconstruct' | 'latents' | 'density' | 'codes' | 'sampler' | 'watch'
> => {
  const infos = elboInfos(settings, context)
  const elbo = elboTermsOf(model)
  const encode = (params: P) => (x: Tensor<[number, ...number[]]>) => model.posterior(of(params))(x).center
  const hasKl = settings.prior.kind === 'standard' && settings.posterior.kind === 'gaussian'
  const latents: LatentSpace<P> = {
    size: settings.latent,
    encode,
    generate: (params) => (z) => model.generate(of(params))(z),
    klPerDimension: hasKl ? (params) => (x) => klToStandardNormal(model.posterior(of(params))(x).base) : null,
  }
  const reconstruct =
    ({ params }: Trained<P, S>) =>
    (x: Tensor<[number, ...number[]]>) =>
      model.reconstruct(of(params))(x)
  const density: LatentDensity<P> = {
    likelihood: kindOfDensity(settings.likelihood),
    hasStandardPrior: settings.prior.kind === 'standard',
    posterior:
      settings.posterior.kind === 'gaussian' ? (params) => (x) => model.posterior(of(params))(x).base : null,
    logWeights: (params) => model.logWeights(of(params)),
    samplePrior: (params) => model.samplePrior(of(params)),
    logPrior: (params) => model.logPrior(of(params)),
    logLikelihood: (params) => model.logLikelihood(of(params)),
  }
  return {
    metrics: [
      meansOver(
        'elbo',
        [infos.negativeElbo, infos.reconstruction, infos.kl, ...moreInfos],
        (trained, batch, key) => ({
          ...elbo(of(trained.params), batch, key),
          ...more(trained, batch, key),
        }),
      ),
      squaredErrorMetric(context, reconstruct),
      activeUnitsOf(settings.latent, ({ params }, { examples }) => encode(params)(valuesOf(examples))),
    ],
    headline: elboHeadline(settings, context),
    reconstruct,
    latents,
    density,
    codes: null,
    sampler: priorSampler((params: P) => model.sample(of(params))),
    watch: unitsWatch(settings.latent, encode),
  }
}

/** What a network is built of, for people: `400`, or `conv 256`. */
const networkWords = ({ kind, hidden }: NetworkSettings): string =>
  kind === 'mlp' ? hidden.join('-') : `${kind} ${hidden.join('-')}`

/** The networks of settings, for a table. */
export const networkRow = (network: NetworkSettings): readonly [string, string] => [
  'networks',
  `${network.kind}, ${network.hidden.join(', ')} ${network.kind === 'residual' ? 'channels' : 'hidden units'}, ${network.activation}`,
]

/** A model with its sizes: `VAE 784-400-16`. */
export const latentTitle = (
  name: string,
  { network, latent }: { readonly network: NetworkSettings; readonly latent: number },
  { example }: BuildContext,
): string =>
  `${name} ${network.kind === 'mlp' ? sizeOf(example) : example.slice(1).join('×')}-${networkWords(network)}-${latent}`

const priorWords = (prior: PriorSettings): string => {
  switch (prior.kind) {
    case 'standard':
      return 'standard normal'
    case 'mixture':
      return `mixture of ${prior.components} Gaussians`
    case 'vamp':
      return `VampPrior with ${prior.components} pseudo-inputs`
    case 'flow':
      return `flow of ${prior.steps} affine couplings`
  }
}

/** What all latent variable models say of their settings. */
export const latentWords = (settings: LatentSettings): readonly (readonly [string, string])[] => [
  networkRow(settings.network),
  ['latent dimensions', String(settings.latent)],
  ['likelihood', likelihoodWords(settings.likelihood)],
  ['prior', priorWords(settings.prior)],
  [
    'posterior',
    settings.posterior.kind === 'gaussian'
      ? 'diagonal Gaussian'
      : `inverse autoregressive, ${settings.posterior.steps} steps`,
  ],
]

/** Refuses a posterior that is no diagonal Gaussian, for a model that needs its density at any point. */
export const needsGaussianPosterior = (model: string, { posterior }: LatentSettings): void => {
  if (posterior.kind !== 'gaussian')
    throw new Refusal(`--model ${model} needs --posterior gaussian, got ${posterior.kind}`)
}
