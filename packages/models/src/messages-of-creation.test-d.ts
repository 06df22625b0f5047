/*
 * Tensors of sizes that no tensor has, bits of dtypes that have too few, and names that are none, as programs, each with
 * the sentence that both the compiler and the run must give. `messages.test.ts` compiles and runs them.
 */

/** A program that must not compile, and its sentence. */
export type WrongCreation = readonly [program: string, sentence: string]

const noSizes = ['[-1]', '[128, -1]', '[1.5]', '[-2, 3, 0.5]']

const sized = [
  ['zeros', (shape: string) => `zeros(${shape})`],
  ['ones', (shape: string) => `ones(${shape})`],
  ['full', (shape: string) => `full(${shape}, 3, 'i32')`],
  ['tensor', (shape: string) => `tensor(${shape}, [])`],
  ['normal', (shape: string) => `normal(key(0), ${shape})`],
  ['uniform', (shape: string) => `uniform(key(0), ${shape})`],
  ['randomBits', (shape: string) => `randomBits(key(0), ${shape})`],
  ['kaimingUniform', (shape: string) => `kaimingUniform(key(0), ${shape}, 784)`],
] as const

const counted = [
  ['arange', 'the number of elements', (count: string) => `arange(${count})`],
  ['linspace', 'the number of elements', (count: string) => `linspace(0, 1, ${count})`],
  ['eye', 'the number of elements', (count: string) => `eye(${count})`],
  ['oneHot', 'the depth', (count: string) => `oneHot(full([3], 0, 'i32'), ${count})`],
  ['split', 'the number of keys', (count: string) => `split(key(0), ${count})`],
] as const

/** Layers and models of a size, with what they call it. */
const layered = [
  ['linear', 'inputs', (size: string) => `layers.linear(${size}, 3)`],
  ['linear', 'outputs', (size: string) => `layers.linear(3, ${size})`],
  ['embedding', 'vocabulary', (size: string) => `layers.embedding(${size}, 3)`],
  ['embedding', 'features', (size: string) => `layers.embedding(3, ${size})`],
  ['conv1d', 'inputs', (size: string) => `layers.conv1d(${size}, 3, { kernel: 3 })`],
  ['conv2d', 'outputs', (size: string) => `layers.conv2d(3, ${size}, { kernel: 3 })`],
  ['convTranspose3d', 'outputs', (size: string) => `layers.convTranspose3d(3, ${size}, { kernel: 3 })`],
  ['groupNorm', 'channels', (size: string) => `layers.groupNorm(1, ${size})`],
  ['batchNorm', 'channels', (size: string) => `layers.batchNorm(${size})`],
  ['layerNorm', 'features', (size: string) => `layers.layerNorm(${size})`],
  ['rmsNorm', 'features', (size: string) => `layers.rmsNorm(${size})`],
  ['selfAttention', 'features', (size: string) => `layers.selfAttention(${size})`],
  ['spatialSelfAttention', 'channels', (size: string) => `layers.spatialSelfAttention(${size})`],
  ['gaussianEncoder', 'latent', (size: string) => `gaussianEncoder(mlp([4], [4]), ${size})`],
] as const

const noNames = ['a*b', 'a+1', 'a-b', 'n/2', '(n)', 'batch size', '2', '']
const noWord = 'a name must be a word without operators and spaces'

export const wrongCreations: readonly WrongCreation[] = [
  ...layered.flatMap(([name, what, call]) =>
    ['0', '-1', '2.5'].map(
      (size) => [call(size), `${name}: ${what} must be a whole number above 0, got ${size}`] as const,
    ),
  ),
  ...noSizes.map(
    (shape) =>
      [`layers.unflatten(${shape})`, `unflatten: ${shape} must hold whole numbers of 0 or more`] as const,
  ),
  ...sized.flatMap(([name, call]) =>
    noSizes.map((shape) => [call(shape), `${name}: ${shape} must hold whole numbers of 0 or more`] as const),
  ),
  ...counted.flatMap(([name, what, call]) =>
    ['-1', '1.5'].map(
      (count) => [call(count), `${name}: ${what} must be a whole number of 0 or more, got ${count}`] as const,
    ),
  ),
  ...noNames.flatMap((name): WrongCreation[] => [
    [`refine([784, '${name}'])(zeros([784, 3]))`, `refine: ${noWord}, got '${name}'`],
    [`refineAll({ x: ['${name}'], y: ['n'] })`, `refineAll: ${noWord}, got '${name}'`],
  ]),
  ["bitcast(full([3], 1, 'u8'), 'f32')", 'bitcast: expected f32, i32 or u32, got u8'],
  ["bitcast(less(zeros([3]), 0), 'u32')", 'bitcast: expected f32, i32 or u32, got bool'],
  ["bitcast(zeros([3]), 'u8')", 'bitcast: expected f32, i32 or u32, got u8'],
]
