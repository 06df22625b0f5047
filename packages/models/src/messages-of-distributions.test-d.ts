/*
 * Likelihoods, posteriors, priors and flows that do not fit, each with the sentence that both the compiler and the run must
 * give. `messages.test.ts` compiles and runs them.
 */

/** A program that must not compile, and the sentence that says why. */
export const wrongDistributions: readonly (readonly [program: string, sentence: string])[] = [
  [
    'bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([64, 784]))',
    'logLikelihood: parameters and x differ: [128, 1, 784] and [64, 784] (128 ≠ 64)',
  ],
  [
    'bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([128, 400]))',
    'logLikelihood: parameters and x differ: [128, 1, 784] and [128, 400] (784 ≠ 400)',
  ],
  [
    'learnedGaussian.logLikelihood(zeros([128, 1, 784]), zeros([128, 784]))',
    'logLikelihood: expected parameters [128, 2, 784], got [128, 1, 784] (2 ≠ 1)',
  ],
  [
    'mixtureOfLogistics(10).mean(zeros([128, 10, 784]))',
    'mean: expected parameters [128, 30, 784], got [128, 10, 784] (30 ≠ 10)',
  ],
  [
    'categorical.sample(zeros([8, 255, 64]), key(0))',
    'sample: expected parameters [8, 256, 64], got [8, 255, 64] (256 ≠ 255)',
  ],
  ['mixtureOfLogistics(0)', 'mixtureOfLogistics: components must be a whole number above 0, got 0'],
  [
    'gaussianLogDensity({ mean: zeros([8, 16]), logVar: zeros([8, 16]) }, zeros([4, 16]))',
    'gaussianLogDensity: mean and z differ: [8, 16] and [4, 16] (8 ≠ 4)',
  ],
  [
    'klBetweenGaussians({ mean: zeros([8, 16]), logVar: zeros([8, 16]) }, { mean: zeros([8, 20]), logVar: zeros([8, 20]) })',
    'klBetweenGaussians: q and p differ: [8, 16] and [8, 20] (16 ≠ 20)',
  ],
  [
    'monteCarloKl(zeros([50, 128]), zeros([50, 64]))',
    'monteCarloKl: logQ and logP differ: [50, 128] and [50, 64] (128 ≠ 64)',
  ],
  [
    'sampleGaussianWithDensity({ mean: zeros([8, 16]), logVar: zeros([8, 20]) }, key(0))',
    'sampleGaussianWithDensity: mean and logVar differ: [8, 16] and [8, 20] (16 ≠ 20)',
  ],
  [
    'sampleGaussianTimes({ mean: zeros([8, 16]), logVar: zeros([8, 16]) }, 0, key(0))',
    'sampleGaussianTimes: samples must be a whole number above 0, got 0',
  ],
  ['standardNormal(-1)', 'standardNormal: latent must be a whole number above 0, got -1'],
  [
    'standardNormal(16).logDensity({}, null)(zeros([128, 20]))',
    'logDensity: expected 16 latent dimensions, got 20: [128, 20]',
  ],
  [
    'gaussianMixture({ components: 0, latent: 16 })',
    'gaussianMixture: components must be a whole number above 0, got 0',
  ],
  [
    'vampPrior({ components: 50, example: [784], latent: 1.5 })',
    'vampPrior: latent must be a whole number above 0, got 1.5',
  ],
  [
    'planar(2).inverse(planar(2).init(key(0)))(zeros([128, 3]))',
    'inverse: expected 2 latent dimensions, got 3: [128, 3]',
  ],
  ['composeFlows(2, [planar(3)])', 'composeFlows: expected flows of 2 latent dimensions, got 3'],
  [
    "affineCoupling({ latent: 4, hidden: 0, keeps: 'even' })",
    'affineCoupling: hidden must be a whole number above 0, got 0',
  ],
  [
    `const posterior = iafPosterior({ latent: 2, context: 400, hidden: 32, steps: 1 })
     const start = { mean: zeros([8, 2]), logVar: zeros([8, 2]) }
     posterior.sample(posterior.init(key(0)))(start, zeros([8, 200]), key(1))`,
    'iafPosterior: expected a context [8, 400], got [8, 200] (400 ≠ 200)',
  ],
]
