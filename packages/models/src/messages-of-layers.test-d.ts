/*
 * Wrong uses of convolutions, pooling, normalization and attention, and of layers over them, as programs. `layers` is
 * this package; other names are those of the package that exports them first. `messages.test.ts` compiles and runs them.
 */

/** A program that must not compile, and the sentence that both the compiler and the run must give. */
export interface WrongLayer {
  readonly program: string
  readonly sentence: string
  /** The line of the compiler's message that holds the sentence; the first unless given. */
  readonly line?: number
  /** What the run says where it knows more: sizes that the definition of a sequence does not know. */
  readonly thrown?: string
}

type Row = readonly [program: string, sentence: string]

/** A layer with parameters of its own. */
const ready = (layer: string): string => `layers.${layer}.apply(layers.${layer}.init(key(0)))`

const u8 = (shape: string): string => `cast(zeros(${shape}), 'u8')`

const convolutions: readonly Row[] = (
  [
    ['conv1d', '[8, 3, 9]', '[8, 9]', '[8, 1, 9]', '[4, 3, 3]', '[4, 3]', '[8, 3, 2]', 3],
    ['conv2d', '[8, 3, 9, 9]', '[3, 9, 9]', '[8, 1, 9, 9]', '[4, 3, 3, 3]', '[4, 3, 3]', '[8, 3, 9, 2]', 4],
    [
      'conv3d',
      '[8, 3, 9, 9, 9]',
      '[8, 3, 9, 9]',
      '[8, 9, 9, 9, 3]',
      '[4, 3, 3, 3, 3]',
      '[4, 3, 3, 3]',
      '[8, 3, 2, 9, 9]',
      5,
    ],
  ] as const
).flatMap(([name, right, flat, wrongChannels, kernel, flatKernel, small, rank]) => [
  [`${name}(zeros(${flat}), zeros(${kernel}))`, `${name}: input must have rank ${rank}: ${flat}`],
  [
    `${name}(zeros(${wrongChannels}), zeros(${kernel}))`,
    `${name}: expected 3 channels, got ${wrongChannels.split(', ')[1]}: ${wrongChannels}`,
  ],
  [`${name}(zeros(${right}), zeros(${flatKernel}))`, `${name}: kernel must have rank ${rank}: ${flatKernel}`],
  [`${name}(zeros(${right}), ${u8(kernel)})`, `${name}: kernel must be f32, got u8`],
  [`${name}(${u8(right)}, zeros(${kernel}))`, `${name}: expected f32, got u8`],
  [
    `${name}(zeros(${small}), zeros(${kernel}))`,
    `${name}: the window is larger than the padded input: ${small}`,
  ],
  [
    `${name}(zeros(${right}), zeros(${kernel}), { stride: 2, padding: 1, exact: true })`,
    `${name}: stride 2 does not divide size 9: ${right}`,
  ],
  [
    `${name}(zeros(${right}), zeros(${kernel}), { dilation: 5 })`,
    `${name}: the window is larger than the padded input: ${right}`,
  ],
  [
    `${name}(zeros(${right}), zeros(${kernel}), { padding: -4 })`,
    `${name}: the window is larger than the padded input: ${right}`,
  ],
  ...(['stride', 'dilation', 'groups'] as const).map(
    (option): Row => [
      `${name}(zeros(${right}), zeros(${kernel}), { ${option}: 0 })`,
      `${name}: ${option} must be a whole number above 0, got 0`,
    ],
  ),
  [
    `${name}(zeros(${right}), zeros(${kernel}), { stride: 1.5 })`,
    `${name}: stride must be a whole number above 0, got 1.5`,
  ],
])

const operations: readonly Row[] = [
  [
    'conv2d(zeros([8, 6, 9, 9]), zeros([4, 2, 3, 3]), { groups: 3 })',
    'conv2d: 3 groups do not divide 4 output channels',
  ],
  [
    'conv2d(zeros([8, 28, 28, 1]), zeros([32, 1, 3, 3]))',
    'conv2d: expected 1 channels, got 28: [8, 28, 28, 1]',
  ],
  [
    'convTranspose2d(zeros([8, 3, 9, 9]), zeros([4, 3, 3, 3]))',
    'convTranspose2d: expected 4 channels, got 3: [8, 3, 9, 9]',
  ],
  ['convTranspose2d(zeros([8, 4]), zeros([4, 3, 3, 3]))', 'convTranspose2d: input must have rank 4: [8, 4]'],
  [
    'convTranspose2d(zeros([8, 4, 1, 1]), zeros([4, 3, 3, 3]), { padding: 2 })',
    'convTranspose2d: the window is larger than the padded input: [8, 4, 1, 1]',
  ],
  ['convTranspose1d(zeros([8, 4, 5]), zeros([4, 3]))', 'convTranspose1d: kernel must have rank 3: [4, 3]'],
  [
    'convTranspose3d(zeros([8, 4, 5, 5, 5]), zeros([4, 3, 2, 2, 2]), { stride: 0 })',
    'convTranspose3d: stride must be a whole number above 0, got 0',
  ],
  [
    'conv2d(zeros([8, 3, 9, 9]), zeros([4, 3, 3, 3]), { padding: 1.5 })',
    'conv2d: padding must be a whole number, got 1.5',
  ],
  [
    'convTranspose1d(zeros([8, 4, 5]), zeros([4, 3, 3]), { outputPadding: 0.5 })',
    'convTranspose1d: outputPadding must be a whole number of 0 or more, got 0.5',
  ],
  [
    'maxPool2d(zeros([8, 3, 9, 9]), { kernel: 2, padding: 0.5 })',
    'maxPool2d: padding must be a whole number, got 0.5',
  ],
  ...['maxPool', 'avgPool'].flatMap((name): Row[] => [
    [
      `${name}1d(zeros([8, 3, 2]), { kernel: 3 })`,
      `${name}1d: the window is larger than the padded input: [8, 3, 2]`,
    ],
    [`${name}2d(zeros([8, 3, 9]), { kernel: 2 })`, `${name}2d: input must have rank 4: [8, 3, 9]`],
    [`${name}2d(${u8('[8, 3, 9, 9]')}, { kernel: 2 })`, `${name}2d: expected f32, got u8`],
    [
      `${name}2d(zeros([8, 3, 9, 9]), { kernel: 0 })`,
      `${name}2d: kernel must be a whole number above 0, got 0`,
    ],
    [
      `${name}2d(zeros([8, 3, 8, 9]), { kernel: 2, exact: true })`,
      `${name}2d: stride 2 does not divide size 9: [8, 3, 8, 9]`,
    ],
    [
      `${name}3d(zeros([8, 3, 4, 4, 4]), { kernel: 2, stride: -1 })`,
      `${name}3d: stride must be a whole number above 0, got -1`,
    ],
  ]),
  ['upsampleNearest(zeros([8, 3]), 2)', 'upsampleNearest: input must have rank 3 or more: [8, 3]'],
  ['upsampleNearest(zeros([8, 3, 4]), 0)', 'upsampleNearest: factor must be a whole number above 0, got 0'],
  ['pixelShuffle(zeros([8, 6, 4, 4]), 2)', 'pixelShuffle: 6 channels are not divisible by 2²: [8, 6, 4, 4]'],
  ['pixelShuffle(zeros([8, 4, 4]), 2)', 'pixelShuffle: input must have rank 4: [8, 4, 4]'],
  ['spaceToDepth(zeros([8, 3, 4, 7]), 2)', 'spaceToDepth: 2 does not divide size 7: [8, 3, 4, 7]'],
  ['spaceToDepth(zeros([8, 3, 4, 4]), 0)', 'spaceToDepth: factor must be a whole number above 0, got 0'],
  ['groupNorm(zeros([8, 48, 4, 4]), 32)', 'groupNorm: 32 groups do not divide 48 channels: [8, 48, 4, 4]'],
  ['groupNorm(zeros([8]), 2)', 'groupNorm: input must have rank 2 or more: [8]'],
  ['groupNorm(zeros([8, 4]), 0)', 'groupNorm: groups must be a whole number above 0, got 0'],
  ...['layerNorm', 'rmsNorm'].flatMap((name): Row[] => [
    [`${name}(zeros([]))`, `${name}: input must have rank 1 or more: []`],
    [`${name}(${u8('[8]')})`, `${name}: expected f32, got u8`],
  ]),
  ['batchNorm(zeros([8]))', 'batchNorm: input must have rank 2 or more: [8]'],
  ['batchMoments(zeros([8]))', 'batchMoments: input must have rank 2 or more: [8]'],
  ...(
    [
      [
        '[2, 10, 64]',
        '[2, 12, 32]',
        '[2, 12, 64]',
        'queries and keys differ in size: [2, 10, 64] and [2, 12, 32] (64 ≠ 32)',
      ],
      [
        '[2, 10, 64]',
        '[2, 12, 64]',
        '[2, 10, 64]',
        'keys and values differ in length: [2, 12, 64] and [2, 10, 64] (12 ≠ 10)',
      ],
      [
        '[2, 10, 64]',
        '[3, 10, 64]',
        '[3, 10, 64]',
        'queries and keys differ in their batch: [2, 10, 64] and [3, 10, 64]',
      ],
      [
        '[2, 10, 64]',
        '[2, 10, 64]',
        '[10, 64]',
        'queries and values differ in their batch: [2, 10, 64] and [10, 64]',
      ],
      ['[64]', '[10, 64]', '[10, 64]', 'queries must have rank 2 or more: [64]'],
      ['[10, 64]', '[64]', '[10, 64]', 'keys must have rank 2 or more: [64]'],
      ['[10, 64]', '[10, 64]', '[10]', 'values must have rank 2 or more: [10]'],
    ] as const
  ).map(
    ([q, k, v, reason]): Row => [
      `scaledDotProductAttention(zeros(${q}), zeros(${k}), zeros(${v}))`,
      `scaledDotProductAttention: ${reason}`,
    ],
  ),
  [
    `scaledDotProductAttention(${u8('[4, 4]')}, zeros([4, 4]), zeros([4, 4]))`,
    'scaledDotProductAttention: expected f32, got u8',
  ],
]

/** Layers that cannot be. */
const definitions: readonly Row[] = [
  ['layers.conv2d(6, 8, { kernel: 3, groups: 4 })', 'conv2d: 4 groups do not divide 6 input channels'],
  ['layers.conv2d(8, 6, { kernel: 3, groups: 4 })', 'conv2d: 4 groups do not divide 6 output channels'],
  ['layers.conv2d(8, 8, { kernel: 0 })', 'conv2d: kernel must be a whole number above 0, got 0'],
  [
    'layers.conv1d(8, 8, { kernel: [3], stride: [0] })',
    'conv1d: stride must be a whole number above 0, got 0',
  ],
  [
    'layers.convTranspose2d(8, 6, { kernel: 4, groups: 4 })',
    'convTranspose2d: 4 groups do not divide 6 output channels',
  ],
  ['layers.conv2d(8, 8, { kernel: 3, padding: 0.5 })', 'conv2d: padding must be a whole number, got 0.5'],
  [
    'layers.conv2d(8, 8, { kernel: 3, padding: [[1, 1.5], 1] })',
    'conv2d: padding must be a whole number, got 1.5',
  ],
  [
    'layers.convTranspose2d(8, 8, { kernel: 3, outputPadding: -1 })',
    'convTranspose2d: outputPadding must be a whole number of 0 or more, got -1',
  ],
  ['layers.avgPool2d(3, { padding: 0.5 })', 'avgPool2d: padding must be a whole number, got 0.5'],
  ['layers.maxPool2d(0)', 'maxPool2d: kernel must be a whole number above 0, got 0'],
  ['layers.groupNorm(32, 48)', 'groupNorm: 32 groups do not divide 48 channels'],
  ['layers.groupNorm(0, 48)', 'groupNorm: groups must be a whole number above 0, got 0'],
  ['layers.selfAttention(64, { heads: 7 })', 'selfAttention: 7 heads do not divide 64 features'],
]

/** A layer, the shape of an input that it refuses, and why. */
const refusals = (
  [
    ['conv2d(3, 8, { kernel: 3 })', '[8, 1, 28, 28]', 'conv2d(3, 8): input has 1 channels: [8, 1, 28, 28]'],
    ['conv2d(3, 8, { kernel: 3 })', '[8, 28, 28, 3]', 'conv2d(3, 8): input has 28 channels: [8, 28, 28, 3]'],
    ['conv2d(3, 8, { kernel: 3 })', '[8, 784]', 'conv2d(3, 8): input must have rank 4: [8, 784]'],
    [
      'conv2d(3, 8, { kernel: 5 })',
      '[8, 3, 4, 9]',
      'conv2d(3, 8): the window is larger than the padded input: [8, 3, 4, 9]',
    ],
    [
      'conv2d(3, 8, { kernel: 4, stride: 2, padding: 1, exact: true })',
      '[8, 3, 28, 27]',
      'conv2d(3, 8): stride 2 does not divide size 27: [8, 3, 28, 27]',
    ],
    ['conv1d(4, 4, { kernel: 3 })', '[8, 5, 16]', 'conv1d(4, 4): input has 5 channels: [8, 5, 16]'],
    ['conv3d(4, 4, { kernel: 3 })', '[8, 4, 16, 16]', 'conv3d(4, 4): input must have rank 5: [8, 4, 16, 16]'],
    [
      'convTranspose2d(8, 3, { kernel: 4 })',
      '[8, 3, 7, 7]',
      'convTranspose2d(8, 3): input has 3 channels: [8, 3, 7, 7]',
    ],
    ['linear(784, 10)', '[8, 1, 28, 28]', 'linear(784, 10): input has 28 features: [8, 1, 28, 28]'],
    ['linear(784, 10)', '[]', 'linear(784, 10): input must have rank 1 or more: []'],
    ['maxPool2d(3)', '[8, 3, 2, 2]', 'maxPool2d: the window is larger than the padded input: [8, 3, 2, 2]'],
    [
      'avgPool2d(2, { exact: true })',
      '[8, 3, 6, 5]',
      'avgPool2d: stride 2 does not divide size 5: [8, 3, 6, 5]',
    ],
    ['avgPool1d(2)', '[8, 3]', 'avgPool1d: input must have rank 3: [8, 3]'],
    ['upsample(2)', '[8, 3]', 'upsample: input must have rank 3 or more: [8, 3]'],
    ['flatten()', '[]', 'flatten: input must have rank 1 or more: []'],
    [
      'unflatten([64, 7, 7])',
      '[8, 784]',
      'unflatten: 784 features cannot become [64, 7, 7] (3136 elements): [8, 784]',
    ],
    ['groupNorm(8, 64)', '[8, 32, 4, 4]', 'groupNorm(8, 64): input has 32 channels: [8, 32, 4, 4]'],
    ['groupNorm(8, 64)', '[64]', 'groupNorm(8, 64): input must have rank 2 or more: [64]'],
    ['batchNorm(64)', '[8, 32, 4, 4]', 'batchNorm(64): input has 32 channels: [8, 32, 4, 4]'],
    ['layerNorm(512)', '[8, 64]', 'layerNorm(512): input has 64 features: [8, 64]'],
    ['rmsNorm(512)', '[8, 64]', 'rmsNorm(512): input has 64 features: [8, 64]'],
    ['embedding(1000, 64)', '[8, 10]', 'embedding(1000, 64): expected i32, got f32'],
    ['selfAttention(64)', '[8, 10, 32]', 'selfAttention(64): input has 32 features: [8, 10, 32]'],
    ['selfAttention(64)', '[8, 64]', 'selfAttention(64): input must have rank 3: [8, 64]'],
    [
      'spatialSelfAttention(64)',
      '[8, 32, 4, 4]',
      'spatialSelfAttention(64): input has 32 channels: [8, 32, 4, 4]',
    ],
    [
      'residual(layers.linear(64, 32))',
      '[8, 64]',
      'residual: the body gives [8, 32], the shortcut [8, 64] (32 ≠ 64)',
    ],
    [
      'residual(layers.conv2d(3, 3, { kernel: 3 }))',
      '[8, 3, 9, 9]',
      'residual: the body gives [8, 3, 7, 7], the shortcut [8, 3, 9, 9] (7 ≠ 9)',
    ],
    [
      'sequential([layers.conv2d(3, 8, { kernel: 3 }), relu, layers.maxPool2d(8)])',
      '[8, 3, 9, 9]',
      'layer 3: maxPool2d: the window is larger than the padded input: [8, 8, 7, 7]',
    ],
    [
      'sequential([relu, layers.sequential([relu, layers.linear(4, 5)])])',
      '[8, 3]',
      'layer 2: layer 2: linear(4, 5): input has 3 features: [8, 3]',
    ],
  ] as const
).flatMap(([layer, shape, sentence]): WrongLayer[] => [
  { program: `${ready(layer)}(zeros(${shape}))`, sentence },
  { program: `pipe(zeros(${shape}), ${ready(layer)})`, sentence, line: 3 },
])

const otherDTypes = (
  [
    ['conv2d(3, 8, { kernel: 3 })', '[8, 3, 9, 9]', 'conv2d(3, 8)'],
    ['linear(784, 10)', '[8, 784]', 'linear(784, 10)'],
    ['maxPool2d(2)', '[8, 3, 9, 9]', 'maxPool2d'],
    ['upsample(2)', '[8, 3, 9, 9]', 'upsample'],
    ['flatten()', '[8, 28, 28]', 'flatten'],
    ['groupNorm(8, 64)', '[8, 64]', 'groupNorm(8, 64)'],
    ['layerNorm(64)', '[8, 64]', 'layerNorm(64)'],
    ['selfAttention(64)', '[8, 10, 64]', 'selfAttention(64)'],
  ] as const
).map(
  ([layer, shape, label]): WrongLayer => ({
    program: `${ready(layer)}(${u8(shape)})`,
    sentence: `${label}: expected f32, got u8`,
  }),
)

/** Lists of layers that do not fit, with an input that the run meets them with. */
const sequences = (
  [
    [
      'layers.conv2d(1, 32, { kernel: 3 }), relu, layers.conv2d(16, 64, { kernel: 3 })',
      '[8, 1, 28, 28]',
      'layer 3: conv2d(16, 64): input has 32 channels: [?, 32, ?, ?]',
      'layer 3: conv2d(16, 64): input has 32 channels: [8, 32, 26, 26]',
    ],
    [
      'layers.flatten(), layers.linear(784, 400), relu, layers.linear(300, 10)',
      '[8, 28, 28]',
      'layer 4: linear(300, 10): input has 400 features: [?, 400]',
      'layer 4: linear(300, 10): input has 400 features: [8, 400]',
    ],
    [
      'layers.linear(16, 784), layers.unflatten([64, 7, 7]), relu',
      '[8, 16]',
      'layer 2: unflatten: 784 features cannot become [64, 7, 7] (3136 elements): […]',
      'layer 2: unflatten: 784 features cannot become [64, 7, 7] (3136 elements): [8, 784]',
    ],
    [
      'layers.conv2d(3, 8, { kernel: 3 }), layers.groupNorm(4, 16)',
      '[8, 3, 9, 9]',
      'layer 2: groupNorm(4, 16): input has 8 channels: [?, 8, ?, ?]',
      'layer 2: groupNorm(4, 16): input has 8 channels: [8, 8, 7, 7]',
    ],
    [
      'layers.conv2d(3, 8, { kernel: 3 }), layers.conv1d(8, 8, { kernel: 3 })',
      '[8, 3, 9, 9]',
      'layer 2: conv1d(8, 8): input must have rank 3: [?, 8, ?, ?]',
      'layer 2: conv1d(8, 8): input must have rank 3: [8, 8, 7, 7]',
    ],
    [
      'layers.linear(4, 8), layers.embedding(10, 4)',
      '[8, 4]',
      'layer 2: embedding(10, 4): expected i32, got f32',
      'layer 2: embedding(10, 4): expected i32, got f32',
    ],
    [
      'layers.linear(4, 64), layers.selfAttention(32)',
      '[8, 2, 4]',
      'layer 2: selfAttention(32): input has 64 features: […]',
      'layer 2: selfAttention(32): input has 64 features: [8, 2, 64]',
    ],
    [
      'layers.conv2d(3, 8, { kernel: 3 }), layers.residual(layers.conv2d(8, 16, { kernel: 1 }))',
      '[8, 3, 9, 9]',
      'layer 2: residual: the body gives [?, 16, ?, ?], the shortcut [?, 8, ?, ?] (16 ≠ 8)',
      'layer 2: residual: the body gives [8, 16, 7, 7], the shortcut [8, 8, 7, 7] (16 ≠ 8)',
    ],
    [
      'layers.conv2d(3, 8, { kernel: 3 }), layers.residual(layers.groupNorm(2, 4))',
      '[8, 3, 9, 9]',
      'layer 2: groupNorm(2, 4): input has 8 channels: [?, 8, ?, ?]',
      'layer 2: groupNorm(2, 4): input has 8 channels: [8, 8, 7, 7]',
    ],
  ] as const
).map(([list, shape, sentence, thrown]): WrongLayer => {
  const net = `layers.sequential([${list}])`
  return { program: `[${net}].map((net) => net.apply(net.init(key(0)))(zeros(${shape})))`, sentence, thrown }
})

const plain = (rows: readonly Row[]): WrongLayer[] =>
  rows.map(([program, sentence]) => ({ program, sentence }))

export const wrongLayers: readonly WrongLayer[] = [
  ...plain(convolutions),
  ...plain(operations),
  ...plain(definitions),
  ...refusals,
  ...otherDTypes,
  ...sequences,
]
