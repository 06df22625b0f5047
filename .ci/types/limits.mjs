import { Failure } from '../process.mjs'
import { readText } from '../workspace.mjs'
import { typescript6 } from './compilers.mjs'
import { importsFor } from './library.mjs'

/** Whether the axis that a sentence names has a name as its size, or a formula of names. */
const saysNamedAxis = (message) => {
  const found = /axis (-?\d+) (?:of|in) \[([^\]]*)\]/.exec(message)
  return found !== null && /[a-z]/.test(found[2].split(', ').at(Number(found[1])) ?? '')
}

/** The number of axes in the shapes that a sentence shows. */
const shownRanks = (message) =>
  [...message.matchAll(/\[([^\]]*)\]/g)].map(([, dims]) => dims.split(', ').length)

/*
 * Right programs that do not compile. Each has a title, which docs/type-limits.md repeats, the sentences that it
 * explains in generated programs (of literals only where it says so), a program that is refused, and the way out.
 */
export const limits = [
  {
    title: 'A range in a named size',
    explains: (message) => /slice: .* is out of range/.test(message) && saysNamedAxis(message),
    refused: "(x: Tensor<[Dim<'batch'>, 4]>) => slice(x, 0, 0, 1)",
    accepted: '(x: Tensor<[number, 4]>) => slice(x, 0, 0, 1)',
  },
  {
    title: 'Cropping a named size, or padding it with its own elements',
    explains: (message) => /pad: axis .* is too small/.test(message) && saysNamedAxis(message),
    refused: "(x: Tensor<[Dim<'batch'>, 4]>) => pad(x, [[0, -1], [0, 0]])",
    accepted: '(x: Tensor<[number, 4]>) => pad(x, [[0, -1], [0, 0]])',
  },
  {
    title: 'Equal parts of a named size',
    explains: (message) => /split: axis .* is not divisible/.test(message) && saysNamedAxis(message),
    refused: "(x: Tensor<[Dim<'batch'>, 4]>) => split(x, 2, 0)",
    accepted: '(x: Tensor<[number, 4]>) => split(x, 2, 0)',
  },
  {
    title: 'Groups of a named number of channels',
    explains: (message) => /groups do not divide|heads do not divide|is not divisible by/.test(message),
    refused: "(x: Tensor<[8, Dim<'channels'>, 7]>) => groupNorm(x, 2)",
    accepted: '(x: Tensor<[8, number, 7]>) => groupNorm(x, 2)',
  },
  {
    title: 'The largest elements along a named size',
    explains: (message) => /topK: .* exceed the size/.test(message) && saysNamedAxis(message),
    refused: "(x: Tensor<[Dim<'batch'>, 4]>) => topK(x, 1, 0)",
    accepted: '(x: Tensor<[number, 4]>) => topK(x, 1, 0)',
  },
  {
    title: 'Products of names in another order',
    explains: (message) =>
      /reshape: .* cannot become/.test(message) && /[a-z]/.test(message.split('reshape: ')[1]),
    refused: "(x: Tensor<[Dim<'b'>, Dim<'t'>]>) => reshape(x, [x.shape[1], x.shape[0]])",
    accepted: '(x: Tensor<[number, number]>) => reshape(x, [x.shape[1], x.shape[0]])',
  },
  {
    title: 'Squeezing a named size',
    explains: (message) => /squeeze: axis .* has size/.test(message) && saysNamedAxis(message),
    refused: "(x: Tensor<[Dim<'batch'>, 4]>) => squeeze(x, [0])",
    accepted: '(x: Tensor<[number, 4]>) => squeeze(x, [0])',
  },
  ...[
    'slice(x, 0, 0, 1)',
    'split(x, 2, 0)',
    'topK(x, 1, 0)',
    'squeeze(x, [0])',
    "pad(x, [[1, 1], [0, 0]], { mode: 'reflect' })",
    'reshape(x, [x.shape[1], x.shape[0]])',
  ].map((call) => ({
    title: 'Parts and products of a size that is a type parameter',
    explains: () => false,
    refused: `<B extends number>(x: Tensor<[B, 4]>) => ${call}`,
    accepted: `<B extends number>(x: Tensor<[B, 4]>) => ((x: Tensor<[number, 4]>) => ${call})(x)`,
  })),
  ...['softmax(x, -1)', 'sum(x, [0])', 'add(x, normal(key(0), x.shape))'].map((call) => ({
    title: 'A whole shape that is a type parameter',
    explains: () => false,
    refused: `<S extends number[]>(x: Tensor<S>) => ${call}`,
    accepted: `<S extends number[]>(x: Tensor<S>) => ((x: Tensor<number[]>) => ${call})(x)`,
  })),
  ...['add(x, x)', 'sum(x, [0])', 'concat([x, x], 0)'].map((call) => ({
    title: 'A dtype that is a type parameter',
    explains: () => false,
    refused: `<D extends 'f32' | 'i32'>(x: TensorOf<[3], D>) => ${call}`,
    accepted: `(x: TensorOf<[3], 'f32' | 'i32'>) => ${call}`,
  })),
  {
    title: 'Axes of more than 7 dimensions',
    ofLiterals: true,
    explains: (message) =>
      /axis .* is out of range/.test(message) && shownRanks(message).some((rank) => rank > 7),
    refused: '(x: Tensor<[1, 1, 1, 1, 1, 1, 1, 2]>) => sum(x, [7])',
    accepted: '(x: Tensor<[1, 1, 1, 1, 1, 1, 1, 2]>) => sum(reshape(x, [1, 2]), [1])',
  },
  {
    title: 'A tensor of unknown rank where one rank is asked for',
    explains: (message) =>
      /^Argument of type 'Tensor(?:Of)?<number\[\]/.test(message) && !message.includes('"'),
    refused: '(table: Tensor<number[]>) => embed(table, argmax(zeros([2, 3]), 1))',
    accepted: '(table: Tensor<[number, number]>) => embed(table, argmax(zeros([2, 3]), 1))',
  },
  {
    title: 'Either of two shapes',
    explains: () => false,
    refused: '(x: Tensor<[2]> | Tensor<[3]>) => exp(x)',
    accepted: '(x: Tensor<[number]>) => exp(x)',
  },
]

/** What the types take for granted, and a run may find otherwise. */
const assumptions = [
  {
    title: 'A named size is no smaller than a window',
    explains: (message) => /window is larger/.test(message),
  },
]

/** The title of the section of the document that explains a finding, if there is one. */
export const limitOf = ({ kind, program, expected, found }) => {
  const explaining = (list, message) => list.find(({ explains }) => explains(message))?.title
  const possible = limits.filter(({ ofLiterals }) => ofLiterals || program.kind !== 'literal')
  if (kind === 'refused, but runs') return explaining(possible, found)
  return kind === 'accepted, but throws' && program.kind === 'named'
    ? explaining(assumptions, expected)
    : undefined
}

const moduleOf = (programs) => {
  const body = programs.map((program, index) => `export const p${index} = ${program}`)
  const [imports] = importsFor(programs.join(' '))
  return [imports, "import type { Dim, Tensor, TensorOf } from '@vae/tensor'", ...body].join('\n')
}

/** Checks that each limit is in the document, is one still, and has a way out. Resolves to their number. */
export const checkLimits = () => {
  const text = readText('docs/type-limits.md')
  const missing = [...limits, ...assumptions].flatMap(({ title }) =>
    text.includes(`## ${title}\n`) ? [] : [`docs/type-limits.md has no section "${title}"`],
  )
  const { diagnostics } = typescript6({
    'refused.ts': moduleOf(limits.map(({ refused }) => refused)),
    'accepted.ts': moduleOf(limits.map(({ accepted }) => accepted)),
  })
  const complaints = (module, line) =>
    diagnostics
      .filter((found) => found.module === module && found.line === line)
      .map(({ message }) => message)
  const wrong = limits.flatMap(({ title, refused, accepted }, index) => [
    ...(complaints('refused.ts', index + 3).length > 0 ? [] : [`no limit any more: ${title}: ${refused}`]),
    ...complaints('accepted.ts', index + 3).map((text) => `no way out: ${title}: ${accepted}: ${text}`),
  ])
  if (missing.length + wrong.length > 0) throw new Failure([...missing, ...wrong].join('\n'))
  const sections = new Set(limits.map(({ title }) => title)).size
  console.log(`${sections} documented limits, each with a way out, in ${limits.length} programs`)
  return limits.length
}
