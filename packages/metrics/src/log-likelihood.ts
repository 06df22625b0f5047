import { estimateLogMean, type LogMean } from './log-mean.ts'
import { estimate, include, type MeanEstimate, noExamples } from './running-mean.ts'

/** What sampling says of the log-likelihood of a data set, in nats. */
export interface LogLikelihoodEstimate {
  /** The mean of −log p̂(x) over the examples that count, with the standard error over the choice of examples. */
  readonly nll: MeanEstimate
  /** The standard error of `nll.mean` over the choice of samples, for these examples. */
  readonly monteCarloError: number
  /** log p̂(x) of each example that counts, in the order in which they came. */
  readonly logLikelihoods: Float64Array
  /** The standard error of each log p̂(x) over the choice of samples. */
  readonly monteCarloErrors: Float64Array
  /** How many of the samples of each example carry its estimate, from 1 up. */
  readonly effectiveSamples: Float64Array
}

/** The means of the weights of each example, and how often the example counts. */
export interface ExampleLogMeans {
  readonly logMeans: readonly LogMean[]
  readonly weights: readonly number[]
}

/** Combines examples, whose samples are independent of those of other examples. */
export const logLikelihoodEstimate = ({ logMeans, weights }: ExampleLogMeans): LogLikelihoodEstimate => {
  const estimates = logMeans.map(estimateLogMean)
  const logLikelihoods = Float64Array.from(estimates, ({ logMean }) => logMean)
  const monteCarloErrors = Float64Array.from(estimates, ({ standardError }) => standardError)
  const variance = weights.reduce((sum, weight, i) => sum + (weight * monteCarloErrors[i]!) ** 2, 0)
  return {
    nll: estimate(
      include(
        noExamples,
        logLikelihoods.map((value) => -value),
        weights,
      ),
    ),
    monteCarloError: Math.sqrt(variance) / weights.reduce((sum, weight) => sum + weight, 0),
    logLikelihoods,
    monteCarloErrors,
    effectiveSamples: Float64Array.from(estimates, ({ effectiveSamples }) => effectiveSamples),
  }
}
