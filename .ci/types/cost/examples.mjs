import { library } from '../library.mjs'

/** What the examples are applied to. */
export const operands = `
declare const x: Tensor<[128, 784]>
declare const row: Tensor<[784]>
declare const weight: Tensor<[784, 400]>
declare const images: Tensor<[128, 4, 28, 28]>
declare const kernel: Tensor<[8, 4, 3, 3]>
declare const heads: Tensor<[2, 8, 64]>
declare const sequence: Tensor<[8, 4, 100]>
declare const kernel1d: Tensor<[8, 4, 5]>
declare const tokens: TensorOf<[128], 'i32'>
`

/** One call of each operation, with sizes that occur in models. */
const examples = {
  exp: 'exp(x)',
  relu: 'relu(x)',
  add: 'add(x, row)',
  less: 'less(x, row)',
  select: 'select(less(x, 0), row, 0)',
  cast: "cast(x, 'i32')",
  matmul: 'matmul(x, weight)',
  reshape: 'reshape(x, [128, 28, -1])',
  permute: 'permute(images, [0, 2, 3, 1])',
  transpose: 'transpose(x)',
  swapAxes: 'swapAxes(images, 1, -1)',
  squeeze: 'squeeze(zeros([128, 1, 28]), [1])',
  expandDims: 'expandDims(x, -1)',
  broadcastTo: 'broadcastTo(row, [128, 784])',
  concat: 'concat([x, zeros([128, 100])], 1)',
  stack: 'stack([x, x], 0)',
  split: 'split(x, 4, 1)',
  slice: 'slice(x, 1, 10, 500, 3)',
  pad: 'pad(images, [[0, 0], [0, 0], [1, 1], [2, 2]])',
  flip: 'flip(x, [1])',
  gather: 'gather(x, tokens, 0)',
  takeAlong: "takeAlong(x, cast(zeros([128, 3]), 'i32'), 1)",
  oneHot: 'oneHot(tokens, 10)',
  embed: 'embed(zeros([1000, 64]), tokens)',
  sum: 'sum(x, [1])',
  mean: 'mean(images, [0, 2, 3], { keepDims: true })',
  max: 'max(x, [-1])',
  variance: 'variance(x, [1])',
  logSumExp: 'logSumExp(x, [1])',
  argmax: 'argmax(x, 1)',
  cumsum: 'cumsum(x, 1)',
  sort: 'sort(x, 1)',
  topK: 'topK(x, 5, 1)',
  softmax: 'softmax(x, -1)',
  einsum: "einsum('bij,bkj->bik', heads, heads)",
  conv1d: 'conv1d(sequence, kernel1d)',
  conv2d: 'conv2d(images, kernel, { padding: 1, stride: 2 })',
  convTranspose2d: 'convTranspose2d(images, zeros([4, 8, 4, 4]), { stride: 2, padding: 1 })',
  maxPool2d: 'maxPool2d(images, { kernel: 2 })',
  upsampleNearest: 'upsampleNearest(images, 2)',
  pixelShuffle: 'pixelShuffle(images, 2)',
  spaceToDepth: 'spaceToDepth(images, 2)',
  layerNorm: 'layerNorm(x)',
  groupNorm: 'groupNorm(images, 2)',
  scaledDotProductAttention: 'scaledDotProductAttention(heads, heads, heads)',
}

/** Layers, made and applied with their parameters. */
const layerExamples = {
  linear: 'linear(784, 400), x',
  conv2d: 'conv2d(4, 8, { kernel: 3, padding: 1 }), images',
  convTranspose2d: 'convTranspose2d(4, 8, { kernel: 4, stride: 2, padding: 1 }), images',
  groupNorm: 'groupNorm(2, 4), images',
  selfAttention: 'selfAttention(64, { heads: 8 }), heads',
  upsample: 'upsample(2), images',
  residual: 'residual(layers.linear(784, 784)), x',
  sequential: 'sequential([layers.linear(784, 400), relu, layers.linear(400, 10)]), x',
}

/** Every example whose operation exists: its name and its expression. */
export const allExamples = [
  ...Object.entries(examples).filter(([name]) => name in library),
  ...Object.entries(layerExamples)
    .filter(([name]) => name in library.layers)
    .map(([name, text]) => {
      const [, layer, x] = /^(.*), (\w+)$/.exec(text)
      return [`layers.${name}`, `use(layers.${layer}, layer => layer.apply(layer.init(key(0)))(${x}))`]
    }),
]
