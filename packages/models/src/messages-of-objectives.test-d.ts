/*
 * Mistakes in the pieces of objectives, each with the sentence that both the compiler and the run must give.
 * `messages.test.ts` compiles and runs them.
 */

/** Programs that must not compile, and their sentences. */
export const wrongObjectives: readonly (readonly [program: string, sentence: string])[] = [
  [
    'freeBits(zeros([128, 16]), ones([64]), ones([]), "dimension")',
    'freeBits: examples and weights differ: [128] and [64] (128 ≠ 64)',
  ],
  [
    'activeDimensions(zeros([128, 16]), ones([64]))',
    'activeDimensions: examples and weights differ: [128] and [64] (128 ≠ 64)',
  ],
  [
    'includeMeans(noMeans(16), zeros([128, 16]), ones([64]))',
    'includeMeans: examples and weights differ: [128] and [64] (128 ≠ 64)',
  ],
  [
    'permuteDimensions(zeros([128, 16]), ones([1]), key(0))',
    'permuteDimensions: examples and weights differ: [128] and [1] (128 ≠ 1)',
  ],
  [
    `const posterior = { mean: zeros([128, 16]), logVar: zeros([128, 16]) }
     const options = { sampling: 'stratified', datasetSize: 1000, logPrior: zeros([128]) } as const
     decomposeKl(zeros([128, 16]), posterior, ones([64]), options)`,
    'decomposeKl: examples and weights differ: [128] and [64] (128 ≠ 64)',
  ],
  ['discriminator({ latent: 0 })', 'discriminator: latent must be a whole number above 0, got 0'],
  [
    'discriminator({ latent: 10, hidden: 2.5 })',
    'discriminator: hidden must be a whole number above 0, got 2.5',
  ],
]
