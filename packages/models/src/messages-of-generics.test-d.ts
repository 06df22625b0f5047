// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how TypeScript prints type parameters

/*
 * Wrong generic functions: sizes are type parameters, and what is wrong is wrong for all of them, or not known to be right.
 * The compiler shows a type parameter B as `${B}`, the run its number. `messages.test.ts` compiles and runs them.
 */

/** A function whose sizes with one letter are type parameters, and what the compiler says of it. */
export type WrongFunction = readonly [source: string, sentence: string, more?: { readonly line?: number }]

const l = (layer: string): string => `layers.${layer}.apply(layers.${layer}.init(key(0)))`

const operations: readonly WrongFunction[] = [
  // One type parameter, and sizes that differ whatever it is.
  [
    '(x: Tensor<[B, 784]>) => matmul(x, zeros([400, 20]))',
    'matmul: inner dimensions differ: [${B}, 784] @ [400, 20] (784 ≠ 400)',
  ],
  ['(x: Tensor<[B]>) => matmul(x, zeros([400, 20]))', 'matmul: left operand [${B}] must have rank 2 or more'],
  [
    '(x: Tensor<[B, 784]>) => add(x, zeros([400]))',
    'add: shapes do not broadcast: [${B}, 784] and [400] (784 ≠ 400)',
  ],
  [
    '(x: Tensor<[B, 784]>) => mul(zeros([3, 1, 400]), x)',
    'mul: shapes do not broadcast: [3, 1, 400] and [${B}, 784] (400 ≠ 784)',
  ],
  [
    '(x: Tensor<[B, 784]>) => less(x, zeros([2, 1]))',
    'less: shapes do not broadcast: [${B}, 784] and [2, 1] (${B} ≠ 2)',
  ],
  [
    '(x: Tensor<[B, 30]>) => select(less(x, 0), zeros([7]), 0)',
    'select: [7] does not broadcast to [${B}, 30] (7 ≠ 30)',
  ],
  [
    '(x: Tensor<[B, 30]>) => broadcastTo(x, [8, 30, 1])',
    'broadcastTo: [${B}, 30] does not broadcast to [8, 30, 1] (30 ≠ 1)',
  ],
  [
    '(x: Tensor<[B, 28, 28]>) => permute(x, [0, 1])',
    'permute: [0, 1] must list all 3 axes of [${B}, 28, 28]',
  ],
  ['(x: Tensor<[B, 28, 28]>) => swapAxes(x, 1, 3)', 'swapAxes: axis 3 is out of range for [${B}, 28, 28]'],
  ['(x: Tensor<[B]>) => transpose(x)', 'transpose: [${B}] must have rank 2 or more'],
  [
    '(x: Tensor<[B, 784]>) => reshape(x, [x.shape[0], 28, -1, -1])',
    'reshape: [${B}, 28, -1, -1] must hold whole numbers of 0 or more, and at most one -1',
  ],
  ['(x: Tensor<[B, 28, 28]>) => sum(x, [3])', 'sum: axis 3 is out of range for [${B}, 28, 28]'],
  ['(x: Tensor<[B, 28]>) => mean(x, [0, -2])', 'mean: axis -2 is repeated in [0, -2]'],
  ['(x: Tensor<[B, 28]>) => argmax(x, 2)', 'argmax: axis 2 is out of range for [${B}, 28]'],
  ['(x: Tensor<[B, 30]>) => softmax(x, 2)', 'softmax: axis 2 is out of range for [${B}, 30]'],
  ['(x: Tensor<[B, 30]>) => cumsum(x, -3)', 'cumsum: axis -3 is out of range for [${B}, 30]'],
  ['(x: Tensor<[B, 30]>) => sort(x, 5)', 'sort: axis 5 is out of range for [${B}, 30]'],
  ['(x: Tensor<[B, 30]>) => topK(x, 40, 1)', 'topK: 40 elements exceed the size 30 of axis 1 in [${B}, 30]'],
  [
    '(x: Tensor<[B, 30]>) => slice(x, 1, 20, 40)',
    'slice: 20 to 40 by 1 is out of range for axis 1 of [${B}, 30]',
  ],
  ['(x: Tensor<[B, 30]>) => split(x, 4, 1)', 'split: axis 1 of [${B}, 30] is not divisible by 4'],
  ['(x: Tensor<[B, 30]>) => pad(x, [[1, 1]])', 'pad: [[1, 1]] must list all 2 axes of [${B}, 30]'],
  [
    '(x: Tensor<[B, 30]>) => pad(x, [[0, 0], [-20, -20]])',
    'pad: axis 1 of [${B}, 30] is too small for constant padding by [-20, -20]',
  ],
  ['(x: Tensor<[B, 30]>) => squeeze(x, [1])', 'squeeze: axis 1 of [${B}, 30] has size 30, not 1'],
  ['(x: Tensor<[B, 30]>) => expandDims(x, 4)', 'expandDims: axis 4 is out of range for [${B}, 30]'],
  ['(x: Tensor<[B, 30]>) => flip(x, [2])', 'flip: axis 2 is out of range for [${B}, 30]'],
  [
    "(x: Tensor<[B, 30]>) => gather(x, full([2], 0, 'i32'), 2)",
    'gather: axis 2 is out of range for [${B}, 30]',
  ],
  [
    "(x: Tensor<[B, 30]>) => takeAlong(x, full([4, 9], 0, 'i32'), 0)",
    'takeAlong: shapes [${B}, 30] and [4, 9] differ outside axis 0 (30 ≠ 9)',
  ],
  [
    '(x: Tensor<[B, 30]>, y: Tensor<[B, 31]>) => concat([x, y], 0)',
    'concat: shapes [${B}, 30] and [${B}, 31] differ outside axis 0 (30 ≠ 31)',
  ],
  [
    '(x: Tensor<[B, 30]>, y: Tensor<[B, 31]>) => stack([x, y], 0)',
    'stack: shapes [${B}, 30] and [${B}, 31] differ (30 ≠ 31)',
  ],
  [
    '(x: Tensor<[B, 30]>, y: Tensor<[B]>) => concat([x, y], 0)',
    'concat: ranks differ: [${B}, 30] and [${B}]',
  ],
  [
    "(x: Tensor<[B, 3, 4]>, y: Tensor<[B, 5, 6]>) => einsum('bij,bjk->bik', x, y)",
    "einsum 'bij,bjk->bik': index j is both 4 and 5",
  ],
  [
    '(x: Tensor<[B, 1, 28, 28]>) => conv2d(x, zeros([8, 3, 3, 3]))',
    'conv2d: expected 3 channels, got 1: [${B}, 1, 28, 28]',
  ],
  [
    '(x: Tensor<[B, 3, 2, 28]>) => conv2d(x, zeros([8, 3, 3, 3]))',
    'conv2d: the window is larger than the padded input: [${B}, 3, 2, 28]',
  ],
  [
    '(x: Tensor<[B, 3, 9, 9]>) => conv2d(x, zeros([8, 3, 3, 3]), { stride: 2, padding: 1, exact: true })',
    'conv2d: stride 2 does not divide size 9: [${B}, 3, 9, 9]',
  ],
  ['(x: Tensor<[B, 784]>) => conv2d(x, zeros([8, 3, 3, 3]))', 'conv2d: input must have rank 4: [${B}, 784]'],
  [
    '(x: Tensor<[B, 30, 4, 4]>) => maxPool2d(x, { kernel: 5 })',
    'maxPool2d: the window is larger than the padded input: [${B}, 30, 4, 4]',
  ],
  [
    '(x: Tensor<[B, 30, 4, 4]>) => groupNorm(x, 8)',
    'groupNorm: 8 groups do not divide 30 channels: [${B}, 30, 4, 4]',
  ],
  [
    '(x: Tensor<[B, 6, 4, 4]>) => pixelShuffle(x, 2)',
    'pixelShuffle: 6 channels are not divisible by 2²: [${B}, 6, 4, 4]',
  ],
  [
    '(x: Tensor<[B, 10, 64]>, y: Tensor<[B, 10, 32]>) => scaledDotProductAttention(x, y, y)',
    'scaledDotProductAttention: queries and keys differ in size: [${B}, 10, 64] and [${B}, 10, 32] (64 ≠ 32)',
  ],
  // Type parameters that may differ.
  [
    '(x: Tensor<[B, 784]>, y: Tensor<[N, 784]>) => add(x, y)',
    'add: shapes do not broadcast: [${B}, 784] and [${N}, 784] (${B} ≠ ${N})',
  ],
  [
    '(x: Tensor<[B, Z]>, y: Tensor<[Z, B]>) => mul(x, y)',
    'mul: shapes do not broadcast: [${B}, ${Z}] and [${Z}, ${B}] (${Z} ≠ ${B})',
  ],
  [
    '(x: Tensor<[B, 784]>) => sub(x, zeros([128, 784]))',
    'sub: shapes do not broadcast: [${B}, 784] and [128, 784] (${B} ≠ 128)',
  ],
  [
    '(x: Tensor<[B, I]>, w: Tensor<[O, I]>) => matmul(x, w)',
    'matmul: inner dimensions differ: [${B}, ${I}] @ [${O}, ${I}] (${I} ≠ ${O})',
  ],
  [
    '(x: Tensor<[B, I]>) => matmul(x, zeros([784, 20]))',
    'matmul: inner dimensions differ: [${B}, ${I}] @ [784, 20] (${I} ≠ 784)',
  ],
  [
    '(x: Tensor<[B, 3, 4]>, y: Tensor<[N, 4, 5]>) => matmul(x, y)',
    'matmul: shapes do not broadcast: [${B}, 3, 4] and [${N}, 4, 5] (${B} ≠ ${N})',
  ],
  [
    '(x: Tensor<[B, 8]>, y: Tensor<[N, 9]>) => concat([x, y], 1)',
    'concat: shapes [${B}, 8] and [${N}, 9] differ outside axis 1 (${B} ≠ ${N})',
  ],
  [
    '(x: Tensor<[B, C, 28, 28]>) => conv2d(x, zeros([8, 3, 3, 3]))',
    'conv2d: expected 3 channels, got ${C}: [${B}, ${C}, 28, 28]',
  ],
  [
    "(x: Tensor<[B, N]>, y: Tensor<[N, B]>) => einsum('ij,ij->i', x, y)",
    "einsum 'ij,ij->i': index i is both ${B} and ${N}",
  ],
  [
    '(x: Tensor<[B, T, 64]>, y: Tensor<[T, B, 64]>) => scaledDotProductAttention(x, y, y)',
    'scaledDotProductAttention: queries and keys differ in their batch: [${B}, ${T}, 64] and [${T}, ${B}, 64]',
  ],
  ['(x: Tensor<[B, F]>) => split(x, 4, 1)', 'split: axis 1 of [${B}, ${F}] is not divisible by 4'],
  ['(x: Tensor<[B, F]>) => squeeze(x, [1])', 'squeeze: axis 1 of [${B}, ${F}] has size ${F}, not 1'],
  [
    '(x: Tensor<[B, F]>) => slice(x, 1, 0, 50)',
    'slice: 0 to 50 by 1 is out of range for axis 1 of [${B}, ${F}]',
  ],
  [
    '(x: Tensor<[B, F]>) => topK(x, 50, 1)',
    'topK: 50 elements exceed the size ${F} of axis 1 in [${B}, ${F}]',
  ],
  [
    '(m: Tensor<[B, Z]>, v: Tensor<[B, F]>) => layers.klToStandardNormal({ mean: m, logVar: v })',
    'klToStandardNormal: mean and logVar differ: [${B}, ${Z}] and [${B}, ${F}] (${Z} ≠ ${F})',
  ],
  [
    '(x: Tensor<[B]>, w: Tensor<[N]>) => layers.weightedMean(x, w)',
    'weightedMean: examples and weights differ: [${B}] and [${N}] (${B} ≠ ${N})',
  ],
]

const applied: readonly WrongFunction[] = [
  [
    `(x: Tensor<[B, 300]>) => ${l('linear(784, 10)')}(x)`,
    'linear(784, 10): input has 300 features: [${B}, 300]',
  ],
  [
    `(x: Tensor<[B, F]>) => ${l('linear(784, 10)')}(x)`,
    'linear(784, 10): input has ${F} features: [${B}, ${F}]',
  ],
  [
    `(x: Tensor<[B, H, W, 3]>) => ${l('conv2d(3, 8, { kernel: 3 })')}(x)`,
    'conv2d(3, 8): input has ${H} channels: [${B}, ${H}, ${W}, 3]',
  ],
  [
    `(x: Tensor<[B, 32, H, W]>) => ${l('groupNorm(8, 64)')}(x)`,
    'groupNorm(8, 64): input has 32 channels: [${B}, 32, ${H}, ${W}]',
  ],
  [
    `(x: Tensor<[B, T, 32]>) => ${l('selfAttention(64)')}(x)`,
    'selfAttention(64): input has 32 features: [${B}, ${T}, 32]',
  ],
  [
    `(x: Tensor<[B, 64]>) => ${l('residual(layers.linear(64, 32))')}(x)`,
    'residual: the body gives [${B}, 32], the shortcut [${B}, 64] (32 ≠ 64)',
  ],
  [
    `(x: Tensor<[B, 784]>) => ${l('unflatten([64, 7, 7])')}(x)`,
    'unflatten: 784 features cannot become [64, 7, 7] (3136 elements): [${B}, 784]',
  ],
  [
    `(x: Tensor<[B, 7]>) => ${l('sequential([layers.linear(784, 400), relu, layers.linear(400, 10)])')}(x)`,
    'layer 1: linear(784, 400): input has 7 features: [${B}, 7]',
  ],
  [
    `(x: Tensor<[B, 3, H, W]>) => ${l('sequential([layers.conv2d(3, 8, { kernel: 1 }), layers.residual(layers.conv2d(8, 8, { kernel: 3 }))])')}(x)`,
    'layer 2: residual: the body gives [${B}, 8, ${Subtract<H, 2> & number}, ${Subtract<W, 2> & number}], the shortcut [${B}, 8, ${H}, ${W}] (${Subtract<H, 2>} ≠ ${H})',
  ],
  [
    `(x: Tensor<[B, 784]>) => pipe(x, ${l('linear(784, 400)')}, relu, ${l('linear(300, 20)')})`,
    'linear(300, 20): input has 400 features: [${B}, 400]',
    { line: 3 },
  ],
  [
    `(x: Tensor<[B, F]>) => pipe(x, relu, ${l('linear(300, 20)')})`,
    'linear(300, 20): input has ${F} features: [${B}, ${F}]',
    { line: 3 },
  ],
]

export const wrongFunctions: readonly WrongFunction[] = [...operations, ...applied]

/** The number that a run gives each type parameter. */
const numbers: Readonly<Record<string, number>> = {
  B: 8,
  C: 6,
  F: 10,
  H: 9,
  I: 11,
  N: 5,
  O: 4,
  T: 7,
  W: 13,
  Z: 2,
}

const numberIn = (dim: string): string => String(numbers[dim] ?? dim)

/** The declaration of a function as a generic one, and a call of it. */
export const programOf = (source: string): string => {
  const shapes = [...source.matchAll(/\w: Tensor<\[([^\]]*)\]>/g)].map(([, dims]) => dims!.split(', '))
  const letters = [...new Set(shapes.flat())].filter((dim) => dim in numbers)
  const parameters = letters.map((letter) => `${letter} extends number`)
  const zeros = shapes.map((dims) => `zeros([${dims.map(numberIn).join(', ')}])`)
  return `const wrong = <${parameters.join(', ')}>${source}\nwrong(${zeros.join(', ')})`
}

/** What the run says where the compiler gives the sentence: numbers in place of type parameters. */
export const withNumbers = (sentence: string): string =>
  sentence
    .replace(
      /\$\{Subtract<(\w), (\d+)>(?: & number)?\}/g,
      (_, letter: string, less: string) => `${numbers[letter]! - Number(less)}`,
    )
    .replace(/\$\{(\w)\}/g, (_, letter: string) => numberIn(letter))
