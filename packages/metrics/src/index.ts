export * from './aggregate-divergences.ts'
export * from './ais.ts'
export { type AnnealingSchedule, linearSchedule, sigmoidalSchedule } from './annealing-schedule.ts'
export * from './codebook-use.ts'
export * from './disentanglement/index.ts'
export { type NegativeElboTerms, negativeElboTerms } from './elbo.ts'
export {
  type DatasetMeans,
  type Evaluator,
  type ExampleTerms,
  meanOfTerms,
  meanTerms,
  type WeightedExamples,
} from './evaluate.ts'
export * from './frechet.ts'
export * from './kl.ts'
export type { LogLikelihoodEstimate } from './log-likelihood.ts'
export * from './log-mean.ts'
export * from './moments.ts'
export * from './nll.ts'
export * from './posteriors.ts'
export * from './reconstruction-error.ts'
export { estimate, include, type MeanEstimate, noExamples, type RunningMean } from './running-mean.ts'
export { type SymmetricEigen, type SymmetricMatrix, squareRoot, symmetricEigen } from './symmetric-eigen.ts'
