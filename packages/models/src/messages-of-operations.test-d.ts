/*
 * Wrong uses of the operations on tensors, as programs, each with the sentence that both the compiler and the run
 * must give. `messages.test.ts` compiles and runs them.
 */

/** A program that must not compile, its sentence, and whether its sizes have names and so cannot be run. */
export type WrongOperation = readonly [program: string, sentence: string, named?: 'named']

const i32 = "full([3], 1, 'i32')"
const bool = 'less(zeros([3]), 0)'
const image = "(null! as Tensor<[Dim<'batch'>, 3, 28, 28]>)"
const rows = "(null! as Tensor<[Dim<'batch'>, 784]>)"

const floats = [
  'exp',
  'log',
  'log1p',
  'sqrt',
  'expm1',
  'floor',
  'sin',
  'cos',
  'erf',
  'tanh',
  'sigmoid',
  'square',
]
const composedFloats = ['relu', 'softplus', 'logSigmoid']
const arithmetic = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum']
const comparisons = ['less', 'lessEqual', 'equal', 'notEqual', 'greaterEqual', 'greater']
const numbers = 'f32, i32 or u32'
const ordered = 'f32, i32, u32 or u8'

const dtypes: readonly WrongOperation[] = [
  ...[...floats, ...composedFloats].map(
    (name) => [`${name}(${i32})`, `${name}: expected f32, got i32`] as const,
  ),
  ...['neg', 'abs', 'sign'].map(
    (name) => [`${name}(${bool})`, `${name}: expected f32 or i32, got bool`] as const,
  ),
  ...[...arithmetic, ...comparisons].flatMap((name) => [
    [`${name}(zeros([3]), ${i32})`, `${name}: expected f32, got i32`] as const,
    [`${name}(${i32}, zeros([3]))`, `${name}: expected i32, got f32`] as const,
    [`${name}(${bool}, 1)`, `${name}: expected ${numbers}, got bool`] as const,
    [`${name}(1, ${bool})`, `${name}: expected ${numbers}, got bool`] as const,
  ]),
  [`pow(${i32}, 2)`, 'pow: expected f32, got i32'],
  [`pow(2, ${i32})`, 'pow: expected f32, got i32'],
  [`logicalAnd(zeros([3]), ${bool})`, 'logicalAnd: expected bool, got f32'],
  [`logicalAnd(${bool}, zeros([3]))`, 'logicalAnd: expected bool, got f32'],
  [`logicalOr(${i32}, ${i32})`, 'logicalOr: expected bool, got i32'],
  [`logicalOr(${bool}, ${i32})`, 'logicalOr: expected bool, got i32'],
  ['logicalNot(zeros([3]))', 'logicalNot: expected bool, got f32'],
  ['select(zeros([3]), 0, 1)', 'select: expected bool, got f32'],
  [`select(${bool}, zeros([3]), ${i32})`, 'select: expected f32, got i32'],
  [`select(${bool}, ${i32}, zeros([3]))`, 'select: expected i32, got f32'],
  ["matmul(full([2, 3], 1, 'i32'), zeros([3, 4]))", 'matmul: expected f32, got i32'],
  ["matmul(zeros([2, 3]), full([3, 4], 1, 'i32'))", 'matmul: expected f32, got i32'],
  [`sum(${bool}, [0])`, `sum: expected ${numbers}, got bool`],
  ...['max', 'min'].map(
    (name) => [`${name}(${bool}, [0])`, `${name}: expected ${ordered}, got bool`] as const,
  ),
  ...['mean', 'variance', 'logSumExp'].map(
    (name) => [`${name}(${i32}, [0])`, `${name}: expected f32, got i32`] as const,
  ),
  ...['argmax', 'argmin', 'argsort', 'sort'].map(
    (name) => [`${name}(${bool}, 0)`, `${name}: expected ${ordered}, got bool`] as const,
  ),
  [`cumsum(${bool}, 0)`, `cumsum: expected ${numbers}, got bool`],
  [`topK(${bool}, 1, 0)`, `topK: expected ${ordered}, got bool`],
  ...['softmax', 'logSoftmax'].map(
    (name) => [`${name}(${i32}, 0)`, `${name}: expected f32, got i32`] as const,
  ),
  ['gather(zeros([3]), zeros([2]), 0)', 'gather at indices: expected i32, got f32'],
  ['takeAlong(zeros([3]), zeros([2]), 0)', 'takeAlong at indices: expected i32, got f32'],
  ['embed(zeros([10, 4]), zeros([2]))', 'embed at indices: expected i32, got f32'],
  ['oneHot(zeros([2]), 3)', 'oneHot at indices: expected i32, got f32'],
  ['scatterAdd(zeros([3]), zeros([2]), zeros([2]), 0)', 'scatterAdd at indices: expected i32, got f32'],
  [
    "scatterAdd(zeros([3]), full([2], 0, 'i32'), full([2], 1, 'i32'), 0)",
    'scatterAdd at updates: expected f32, got i32',
  ],
  [`concat([zeros([3]), ${i32}], 0)`, 'concat: expected f32, got i32'],
  [`stack([${i32}, zeros([3])], 0)`, 'stack: expected i32, got f32'],
  ["einsum('i,i->', zeros([3]), full([3], 1, 'i32'))", 'einsum: expected f32, got i32'],
]

/** Operations on one axis of [128, 784], with the axis left open. */
const onAxis = [
  ['argmax', 'argmax(zeros([128, 784]), AXIS)'],
  ['argmin', 'argmin(zeros([128, 784]), AXIS)'],
  ['argsort', 'argsort(zeros([128, 784]), AXIS)'],
  ['sort', 'sort(zeros([128, 784]), AXIS)'],
  ['cumsum', 'cumsum(zeros([128, 784]), AXIS)'],
  ['softmax', 'softmax(zeros([128, 784]), AXIS)'],
  ['logSoftmax', 'logSoftmax(zeros([128, 784]), AXIS)'],
  ['topK', 'topK(zeros([128, 784]), 2, AXIS)'],
  ['slice', 'slice(zeros([128, 784]), AXIS, 0, 2)'],
  ['split', 'split(zeros([128, 784]), 2, AXIS)'],
  ['concat', 'concat([zeros([128, 784]), zeros([128, 784])], AXIS)'],
  ['gather', "gather(zeros([128, 784]), full([2], 0, 'i32'), AXIS)"],
  ['takeAlong', "takeAlong(zeros([128, 784]), full([128, 784], 0, 'i32'), AXIS)"],
  ['scatterAdd', "scatterAdd(zeros([128, 784]), full([2], 0, 'i32'), zeros([2, 784]), AXIS)"],
  ['swapAxes', 'swapAxes(zeros([128, 784]), 0, AXIS)'],
  ['swapAxes', 'swapAxes(zeros([128, 784]), AXIS, 1)'],
] as const

/** Operations on a list of axes. */
const onAxes = ['max', 'min', 'variance', 'logSumExp', 'flip', 'squeeze']

const axes: readonly WrongOperation[] = [
  ...onAxis.flatMap(([name, program]) =>
    [2, -3].map(
      (axis) =>
        [
          program.replace('AXIS', String(axis)),
          `${name}: axis ${axis} is out of range for [128, 784]`,
        ] as const,
    ),
  ),
  ...onAxes.flatMap((name) => [
    [`${name}(zeros([128, 784]), [2])`, `${name}: axis 2 is out of range for [128, 784]`] as const,
    [`${name}(zeros([128, 784]), [-3])`, `${name}: axis -3 is out of range for [128, 784]`] as const,
    [`${name}(zeros([]), [0])`, `${name}: axis 0 is out of range for []`] as const,
    [`${name}(zeros([1, 1]), [1, -1])`, `${name}: axis -1 is repeated in [1, -1]`] as const,
  ]),
  ['softmax(zeros([]), 0)', 'softmax: axis 0 is out of range for []'],
  ['expandDims(zeros([128, 784]), 3)', 'expandDims: axis 3 is out of range for [128, 784]'],
  ['expandDims(zeros([128, 784]), -4)', 'expandDims: axis -4 is out of range for [128, 784]'],
  ['expandDims(zeros([]), 1)', 'expandDims: axis 1 is out of range for []'],
  ['stack([zeros([2, 3]), zeros([2, 3])], 3)', 'stack: axis 3 is out of range for [2, 3]'],
  [`softmax(${image}, 4)`, 'softmax: axis 4 is out of range for [batch, 3, 28, 28]', 'named'],
]

const sizes: readonly WrongOperation[] = [
  ...['logicalAnd', 'logicalOr'].map(
    (name) =>
      [
        `${name}(less(zeros([2, 3]), 0), less(zeros([4]), 0))`,
        `${name}: shapes do not broadcast: [2, 3] and [4] (3 ≠ 4)`,
      ] as const,
  ),
  ['pow(zeros([2, 3]), zeros([4]))', 'pow: shapes do not broadcast: [2, 3] and [4] (3 ≠ 4)'],
  [
    "add(full([128, 784], 1, 'i32'), full([400], 1, 'i32'))",
    'add: shapes do not broadcast: [128, 784] and [400] (784 ≠ 400)',
  ],
  ['squeeze(zeros([128, 784]), [1])', 'squeeze: axis 1 of [128, 784] has size 784, not 1'],
  ['squeeze(zeros([128, 1, 2]), [1, -1])', 'squeeze: axis -1 of [128, 1, 2] has size 2, not 1'],
  [`squeeze(${rows}, [0])`, 'squeeze: axis 0 of [batch, 784] has size batch, not 1', 'named'],
  [
    'concat([zeros([8, 3, 4]), zeros([8, 3, 5])], 1)',
    'concat: shapes [8, 3, 4] and [8, 3, 5] differ outside axis 1 (4 ≠ 5)',
  ],
  [
    'concat([zeros([8, 3]), zeros([8, 3]), zeros([9, 3])], -1)',
    'concat: shapes [8, 3] and [9, 3] differ outside axis -1 (8 ≠ 9)',
  ],
  ['concat([zeros([8, 3]), zeros([8])], 0)', 'concat: ranks differ: [8, 3] and [8]'],
  ['concat([zeros([8]), zeros([8, 3])], 0)', 'concat: ranks differ: [8] and [8, 3]'],
  ['concat([], 0)', 'concat: at least one tensor is needed'],
  [
    `concat([${rows}, null! as Tensor<[Dim<'seq'>, 784]>], 1)`,
    'concat: shapes [batch, 784] and [seq, 784] differ outside axis 1 (batch ≠ seq)',
    'named',
  ],
  ['stack([zeros([2, 3]), zeros([2, 4])], 0)', 'stack: shapes [2, 3] and [2, 4] differ (3 ≠ 4)'],
  ['stack([zeros([2, 3]), zeros([2])], 0)', 'stack: ranks differ: [2, 3] and [2]'],
  ['stack([], 0)', 'stack: at least one tensor is needed'],
  ['split(zeros([128, 784]), 3, 1)', 'split: axis 1 of [128, 784] is not divisible by 3'],
  ['split(zeros([128, 784]), 0, 1)', 'split: the number of parts must be a whole number above 0, got 0'],
  ['split(zeros([128, 784]), -2, 1)', 'split: the number of parts must be a whole number above 0, got -2'],
  ['split(zeros([128, 784]), 1.5, 1)', 'split: the number of parts must be a whole number above 0, got 1.5'],
  [`split(${rows}, 2, 0)`, 'split: axis 0 of [batch, 784] is not divisible by 2', 'named'],
  [
    'slice(zeros([128, 784]), 1, 700, 800)',
    'slice: 700 to 800 by 1 is out of range for axis 1 of [128, 784]',
  ],
  ['slice(zeros([128, 784]), 1, 10, 5)', 'slice: 10 to 5 by 1 is out of range for axis 1 of [128, 784]'],
  ['slice(zeros([128, 784]), -1, -1, 5)', 'slice: -1 to 5 by 1 is out of range for axis -1 of [128, 784]'],
  ['slice(zeros([128, 784]), 1, 0, 5, 0)', 'slice: 0 to 5 by 0 is out of range for axis 1 of [128, 784]'],
  ['slice(zeros([128, 784]), 1, 0, 5, -1)', 'slice: 0 to 5 by -1 is out of range for axis 1 of [128, 784]'],
  ['slice(zeros([128, 784]), 1, 0, 2.5)', 'slice: 0 to 2.5 by 1 is out of range for axis 1 of [128, 784]'],
  [`slice(${rows}, 0, 0, 10)`, 'slice: 0 to 10 by 1 is out of range for axis 0 of [batch, 784]', 'named'],
  [
    `slice(${rows}, 0, 1, ${rows}.shape[0])`,
    'slice: 1 to batch by 1 is out of range for axis 0 of [batch, 784]',
    'named',
  ],
  ['pad(zeros([128, 784]), [[1, 1]])', 'pad: [[1, 1]] must list all 2 axes of [128, 784]'],
  ['pad(zeros([3]), [[1, 1], [0, 0]])', 'pad: [[1, 1], [0, 0]] must list all 1 axes of [3]'],
  ['pad(zeros([3]), [[-2, -2]])', 'pad: axis 0 of [3] is too small for constant padding by [-2, -2]'],
  [
    "pad(zeros([8, 2]), [[0, 0], [0, 2]], { mode: 'reflect' })",
    'pad: axis 1 of [8, 2] is too small for reflect padding by [0, 2]',
  ],
  [
    "pad(zeros([0]), [[1, 1]], { mode: 'replicate' })",
    'pad: axis 0 of [0] is too small for replicate padding by [1, 1]',
  ],
  [
    "pad(zeros([3]), [[-1, 1]], { mode: 'replicate' })",
    'pad: axis 0 of [3] is too small for replicate padding by [-1, 1]',
  ],
  [
    `pad(${rows}, [[-1, 0], [0, 0]])`,
    'pad: axis 0 of [batch, 784] is too small for constant padding by [-1, 0]',
    'named',
  ],
  [
    `pad(${rows}, [[1, 0], [0, 0]], { mode: 'reflect' })`,
    'pad: axis 0 of [batch, 784] is too small for reflect padding by [1, 0]',
    'named',
  ],
  [
    "takeAlong(zeros([8, 3]), full([9, 3], 0, 'i32'), 1)",
    'takeAlong: shapes [8, 3] and [9, 3] differ outside axis 1 (8 ≠ 9)',
  ],
  ["takeAlong(zeros([8, 3]), full([3], 0, 'i32'), 0)", 'takeAlong: ranks differ: [8, 3] and [3]'],
  [
    "scatterAdd(zeros([10, 4]), full([2], 0, 'i32'), zeros([3, 4]), 0)",
    'scatterAdd: updates must be [2, 4], they are [3, 4]',
  ],
  [
    "scatterAdd(zeros([10, 4]), full([2], 0, 'i32'), zeros([2]), 0)",
    'scatterAdd: updates must be [2, 4], they are [2]',
  ],
  ['topK(zeros([128, 784]), 1000, 1)', 'topK: 1000 elements exceed the size 784 of axis 1 in [128, 784]'],
  [
    'topK(zeros([128, 784]), -1, 1)',
    'topK: the number of elements must be a whole number of 0 or more, got -1',
  ],
  [
    'topK(zeros([128, 784]), 0.5, 1)',
    'topK: the number of elements must be a whole number of 0 or more, got 0.5',
  ],
  [`topK(${rows}, 5, 0)`, 'topK: 5 elements exceed the size batch of axis 0 in [batch, 784]', 'named'],
]

const einsums: readonly WrongOperation[] = (
  [
    ['bij,bjk->bik', ['[8, 3, 4]', '[8, 5, 6]'], 'index j is both 4 and 5'],
    ['ii->i', ['[2, 3]'], 'index i is both 2 and 3'],
    ['bij,bjk->biz', ['[8, 3, 4]', '[8, 4, 6]'], 'output index z is not in any input'],
    ['bij,bjk->bb', ['[8, 3, 4]', '[8, 4, 6]'], 'output index b is repeated'],
    ['bij,bjk->bik', ['[8, 3, 4]'], 'expected 2 operands, got 1'],
    ['bij->bi', ['[8, 3, 4]', '[8, 4, 6]'], 'expected 1 operands, got 2'],
    ['bij,bjk->bik', ['[8, 3, 4]', '[8, 4]'], 'subscripts bjk do not fit the rank of [8, 4]'],
    ['bi,bj->ij', ['[8, 3, 4]', '[8, 4]'], 'subscripts bi do not fit the rank of [8, 3, 4]'],
    ['...ij->...ij', ['[8]'], 'subscripts ...ij do not fit the rank of [8]'],
    ['ij,jk', ['[2, 3]', '[3, 4]'], 'the subscripts must read inputs->output'],
    ['...ij,...jk->ik', ['[8, 2, 3]', '[8, 3, 4]'], 'the output must hold the ellipsis of the inputs'],
    ['ij,jk->...ik', ['[2, 3]', '[3, 4]'], 'output index ... is not in any input'],
    ['...i->...i...', ['[2, 3]'], 'output index ... is repeated'],
    ['...ij,...jk->...ik', ['[8, 2, 3]', '[7, 3, 4]'], 'shapes do not broadcast: [8] and [7] (8 ≠ 7)'],
    ['i...j,j->i...', ['[8, 2, 3]', '[4]'], 'index j is both 3 and 4'],
  ] as const
).map(([spec, shapes, reason]) => [
  `einsum('${spec}', ${shapes.map((shape) => `zeros(${shape})`).join(', ')})`,
  `einsum '${spec}': ${reason}`,
])

export const wrongOperations: readonly WrongOperation[] = [...dtypes, ...axes, ...sizes, ...einsums]
