import {
  bernoulli,
  categorical,
  continuousBernoulli,
  discretisedLogistic,
  gaussian,
  type Likelihood,
  laplace,
  learnedGaussian,
  optimalGaussian,
  squaredError,
} from '@vae/models'
import { setting } from '../display/text.ts'
import type { LatentDensity } from './run-model.ts'
import type { LikelihoodSettings } from './settings.ts'

/** The likelihood of settings. */
export const likelihoodOf = (settings: LikelihoodSettings): Likelihood<string, number> => {
  switch (settings.kind) {
    case 'bernoulli':
      return bernoulli
    case 'gaussian':
      return gaussian(settings.sigma)
    case 'learned-gaussian':
      return learnedGaussian
    case 'optimal-gaussian':
      return optimalGaussian
    case 'laplace':
      return laplace(settings.sigma)
    case 'continuous-bernoulli':
      return continuousBernoulli
    case 'discretised-logistic':
      return discretisedLogistic
    case 'categorical':
      return categorical
    case 'squared-error':
      return squaredError
  }
}

/** What −log p(x | z) is measured in. */
export const unitOf = ({ kind }: LikelihoodSettings, noun: string): string =>
  kind === 'squared-error' ? `squared error per ${noun}` : `nats per ${noun}`

/** What p(x | z) is a distribution of. */
export const kindOfDensity = ({ kind }: LikelihoodSettings): LatentDensity<never>['likelihood'] => {
  switch (kind) {
    case 'discretised-logistic':
    case 'categorical':
      return 'of levels'
    case 'squared-error':
    case 'optimal-gaussian':
      return 'not normalised'
    default:
      return 'normalised'
  }
}

/** A likelihood for people. */
export const likelihoodWords = (settings: LikelihoodSettings): string => {
  const { name } = likelihoodOf(settings)
  if ('sigma' in settings)
    return `${name} with ${settings.kind === 'laplace' ? 'scale' : 'σ ='} ${setting(settings.sigma)}`
  if (settings.kind === 'bernoulli') return 'Bernoulli on pixel intensities'
  return settings.kind === 'optimal-gaussian' ? `${name} (not normalised)` : name
}
