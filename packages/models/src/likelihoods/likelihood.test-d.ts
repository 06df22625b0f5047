import { key, type Tensor, zeros } from '@vae/tensor'
import { expectTypeOf } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { mixtureOfLogistics } from './discretised-logistic.ts'
import { learnedGaussian } from './gaussian.ts'
import type { Likelihood } from './likelihood.ts'

// Exact sizes flow through.
expectTypeOf(mixtureOfLogistics(10).outputs).toEqualTypeOf<30>()
expectTypeOf(bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([128, 784]))).toEqualTypeOf<Tensor<[128]>>()
expectTypeOf(learnedGaussian.mean(zeros([128, 2, 784]))).toEqualTypeOf<Tensor<[128, 784]>>()
expectTypeOf(learnedGaussian.sample(zeros([128, 2, 784]), key(0))).toEqualTypeOf<Tensor<[128, 784]>>()

// So do sizes that are not known.
export const unknown = (parameters: Tensor<[number, number, number]>, x: Tensor<[number, number]>) =>
  expectTypeOf(learnedGaussian.logLikelihood(parameters, x)).toEqualTypeOf<Tensor<[number]>>()

// Any likelihood is one whose parameters are not known.
export const all: readonly Likelihood<string, number>[] = [bernoulli, learnedGaussian, mixtureOfLogistics(10)]

// Generic code over likelihoods and sizes.
export const score = <K extends number, B extends number, F extends number>(
  likelihood: Likelihood<string, K>,
  parameters: Tensor<[B, K, F]>,
  x: Tensor<[B, F]>,
): Tensor<[B]> => likelihood.logLikelihood(parameters, x)
expectTypeOf(score(learnedGaussian, zeros([128, 2, 784]), zeros([128, 784]))).toEqualTypeOf<Tensor<[128]>>()

// @ts-expect-error the decoder gives one number for each value
learnedGaussian.mean(zeros([128, 1, 784]))
// @ts-expect-error another number of examples
bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([64, 784]))
// @ts-expect-error another number of values
bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([128, 400]))
// @ts-expect-error images that are not flattened
bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([128, 28, 28]))
// @ts-expect-error no number of components
mixtureOfLogistics(0)
