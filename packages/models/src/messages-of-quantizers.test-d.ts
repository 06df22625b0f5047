/*
 * Quantizers that must not compile, each with the sentence that both the compiler and the run must give.
 * `messages.test.ts` compiles and runs them.
 */

/** A program and the sentence about it. */
export const wrongQuantizers: readonly (readonly [program: string, sentence: string])[] = [
  // options that do not fit each other
  [
    "vectorQuantizer(64, 512, { learning: 'gradient', estimator: 'rotation' })",
    "vectorQuantizer: estimator 'rotation' needs a codebook of learning 'ema', learning is 'gradient'",
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'gradient', restart: { threshold: 0.1 } })",
    "vectorQuantizer: restart needs the averages of learning 'ema', learning is 'gradient'",
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'gradient', decay: 0.99 })",
    "vectorQuantizer: decay is an option of learning 'ema', learning is 'gradient'",
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'gradient', smoothing: 1e-5 })",
    "vectorQuantizer: smoothing is an option of learning 'ema', learning is 'gradient'",
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'ema', metric: 'cosine', smoothing: 1e-5 })",
    "vectorQuantizer: smoothing changes the length of codes, which metric 'cosine' keeps at 1",
  ],
  // a misspelt one, and numbers that mean nothing
  [
    "vectorQuantizer(64, 512, { learning: 'ema', restarts: { threshold: 0.1 } })",
    'vectorQuantizer: there is no option restarts',
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'ema', decay: 1 })",
    'vectorQuantizer: decay must lie between 0 and 1, got 1',
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'ema', decay: -0.5 })",
    'vectorQuantizer: decay must lie between 0 and 1, got -0.5',
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'ema', restart: { threshold: 2 } })",
    'vectorQuantizer: threshold must lie between 0 and 1, got 2',
  ],
  [
    "vectorQuantizer(64, 512, { learning: 'gradient', entropy: { temperature: 0 } })",
    'vectorQuantizer: temperature must be above 0, got 0',
  ],
  [
    "vectorQuantizer(0, 512, { learning: 'ema' })",
    'vectorQuantizer: dimension must be a whole number above 0, got 0',
  ],
  [
    "vectorQuantizer(64, 1.5, { learning: 'ema' })",
    'vectorQuantizer: codes must be a whole number above 0, got 1.5',
  ],
  // vectors and weights
  [
    "const q = vectorQuantizer(64, 512, { learning: 'ema' })\n" +
      'const { params, state } = q.init(key(0))\n' +
      'q.quantize(params, state)(zeros([128, 32]), ones([128]), key(1))',
    'vectorQuantizer(64): input has 32 features: [128, 32]',
  ],
  [
    "const q = vectorQuantizer(64, 512, { learning: 'ema' })\n" +
      'const { params, state } = q.init(key(0))\n' +
      'q.quantize(params, state)(zeros([128, 64]), ones([64]), key(1))',
    'vectorQuantizer: vectors and weights differ: [128] and [64] (128 ≠ 64)',
  ],
  ['const q = fsq([8, 5, 5])\nq.encode({}, {})(zeros([128, 4]))', 'fsq(3): input has 4 features: [128, 4]'],
  [
    "const q = vectorQuantizer(64, 512, { learning: 'ema' })\nq.fit(zeros([1024, 60]), ones([1024]), key(0))",
    'vectorQuantizer(64): input has 60 features: [1024, 60]',
  ],
  // stages
  [
    "residualQuantizer(vectorQuantizer(64, 512, { learning: 'ema', metric: 'cosine' }), 4)",
    "residualQuantizer: codes of metric 'cosine' have length 1, what stages leave is shorter: use 'euclidean'",
  ],
  [
    "residualQuantizer(vectorQuantizer(64, 512, { learning: 'ema' }), 0)",
    'residualQuantizer: stages must be a whole number above 0, got 0',
  ],
  [
    "residualQuantizer(vectorQuantizer(64, 512, { learning: 'ema' }), 4, { dropout: { minimum: 5 } })",
    'residualQuantizer: minimum must lie between 1 and 4 stages, got 5',
  ],
  [
    "residualQuantizer(vectorQuantizer(64, 512, { learning: 'ema' }), 4, { dropout: { minimum: 0 } })",
    'residualQuantizer: minimum must lie between 1 and 4 stages, got 0',
  ],
  // groups
  [
    "groupedQuantizer(64, 5, vectorQuantizer(16, 512, { learning: 'ema' }))",
    'groupedQuantizer: 5 groups do not divide 64 features',
  ],
  [
    "groupedQuantizer(64, 4, vectorQuantizer(20, 512, { learning: 'ema' }))",
    'groupedQuantizer: 4 groups of 64 features need a quantizer of 16, got one of 20',
  ],
  ['groupedQuantizer(64, 0, fsq([8]))', 'groupedQuantizer: groups must be a whole number above 0, got 0'],
  // without a codebook
  ['fsq([8, 1])', 'fsq: levels must be whole numbers from 2 to 1000, got 1'],
  ['fsq([8, 2.5, 5])', 'fsq: levels must be whole numbers from 2 to 1000, got 2.5'],
  ['lfq(0)', 'lfq: dimension must be a whole number above 0, got 0'],
  // use and feature maps
  ['codeHistogram(-1)', 'codeHistogram: codes must be a whole number above 0, got -1'],
  [
    'fromVectors(zeros([6272, 64]), [128, 64, 7, 6])',
    'fromVectors: [6272, 64] cannot become [128, 64, 7, 6]',
  ],
  [
    'fromVectors(zeros([6272, 64]), [128, 32, 7, 14])',
    'fromVectors: [6272, 64] cannot become [128, 32, 7, 14]',
  ],
]
