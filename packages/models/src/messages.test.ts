import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as autograd from '@vae/autograd'
import * as tensor from '@vae/tensor'
import { flow, pipe } from 'fp-ts/lib/function.js'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as models from './index.ts'
import { wrongCreations } from './messages-of-creation.test-d.ts'
import { wrongDistributions } from './messages-of-distributions.test-d.ts'
import { programOf, withNumbers, wrongFunctions } from './messages-of-generics.test-d.ts'
import { wrongLayers } from './messages-of-layers.test-d.ts'
import { wrongModels } from './messages-of-models.test-d.ts'
import { wrongObjectives } from './messages-of-objectives.test-d.ts'
import { wrongOperations } from './messages-of-operations.test-d.ts'
import { wrongQuantizers } from './messages-of-quantizers.test-d.ts'

/** A program that must not compile, and the sentence that both the compiler and the run must give. */
interface WrongProgram {
  /** Statements, or an expression. */
  readonly program: string
  readonly sentence: string
  /** What is wrong, where the program is long. */
  readonly mistake?: string
  /** The line of the compiler's message that holds the sentence; the first unless given. */
  readonly line?: number
  /** Sizes that only have names cannot be run. */
  readonly named?: true
  /** What the run says, where it knows more than the compiler. */
  readonly thrown?: string
}

const wrong = (program: string, sentence: string, more: Partial<WrongProgram> = {}): WrongProgram => ({
  program,
  sentence,
  ...more,
})

const broadcasting = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'less',
  'lessEqual',
  'equal',
  'notEqual',
  'greaterEqual',
  'greater',
]

const notScalar = (spec: string): string =>
  `grad: the loss must be a scalar, f32[], it is ${spec}: sum or average it first`

const corpus: readonly WrongProgram[] = [
  ...wrongObjectives.map(([program, sentence]) => wrong(program, sentence)),
  ...wrongFunctions.map(([source, sentence, more]) =>
    wrong(programOf(source), sentence, { ...more, thrown: withNumbers(sentence) }),
  ),
  ...wrongModels,
  ...wrongLayers,
  ...wrongCreations.map(([program, sentence]) => wrong(program, sentence)),
  ...wrongDistributions.map(([program, sentence]) => wrong(program, sentence)),
  ...wrongQuantizers.map(([program, sentence]) => wrong(program, sentence)),
  ...wrongOperations.map(([program, sentence, named]) => wrong(program, sentence, named && { named: true })),
  ...broadcasting.map((name) =>
    wrong(
      `${name}(zeros([128, 784]), zeros([400]))`,
      `${name}: shapes do not broadcast: [128, 784] and [400] (784 ≠ 400)`,
    ),
  ),
  wrong('add(zeros([2, 1, 4]), zeros([3, 5]))', 'add: shapes do not broadcast: [2, 1, 4] and [3, 5] (4 ≠ 5)'),
  wrong('mul(zeros([0]), zeros([2]))', 'mul: shapes do not broadcast: [0] and [2] (0 ≠ 2)'),
  wrong(
    "add(null! as Tensor<[Dim<'batch'>, 4]>, null! as Tensor<[Dim<'seq'>, 4]>)",
    'add: shapes do not broadcast: [batch, 4] and [seq, 4] (batch ≠ seq)',
    { named: true },
  ),
  wrong(
    "add(null! as Tensor<[Dim<'batch'>, 4]>, zeros([128, 4]))",
    'add: shapes do not broadcast: [batch, 4] and [128, 4] (batch ≠ 128)',
    { named: true },
  ),
  wrong(
    'select(less(zeros([128, 784]), 0), zeros([400]), 0)',
    'select: [400] does not broadcast to [128, 784] (400 ≠ 784)',
  ),
  wrong(
    'select(less(zeros([128, 784]), 0), 0, zeros([2, 128, 784]))',
    'select: [2, 128, 784] does not broadcast to [128, 784] (rank 3 > 2)',
  ),
  wrong('select(less(zeros([1]), 0), zeros([5]), 0)', 'select: [5] does not broadcast to [1] (5 ≠ 1)'),
  wrong('broadcastTo(zeros([5]), [1])', 'broadcastTo: [5] does not broadcast to [1] (5 ≠ 1)'),
  wrong(
    'broadcastTo(zeros([400]), [128, 784])',
    'broadcastTo: [400] does not broadcast to [128, 784] (400 ≠ 784)',
  ),
  wrong(
    'broadcastTo(zeros([1, 2, 3]), [3])',
    'broadcastTo: [1, 2, 3] does not broadcast to [3] (rank 3 > 1)',
  ),
  wrong(
    'matmul(zeros([128, 784]), zeros([400, 20]))',
    'matmul: inner dimensions differ: [128, 784] @ [400, 20] (784 ≠ 400)',
  ),
  wrong('matmul(zeros([784]), zeros([784, 20]))', 'matmul: left operand [784] must have rank 2 or more'),
  wrong('matmul(zeros([2, 3]), zeros([3]))', 'matmul: right operand [3] must have rank 2 or more'),
  wrong(
    'matmul(zeros([2, 3, 4]), zeros([5, 4, 6]))',
    'matmul: shapes do not broadcast: [2, 3, 4] and [5, 4, 6] (2 ≠ 5)',
  ),
  wrong(
    "matmul(null! as Tensor<[128, Dim<'in'>]>, null! as Tensor<[Dim<'out'>, 20]>)",
    'matmul: inner dimensions differ: [128, in] @ [out, 20] (in ≠ out)',
    { named: true },
  ),
  wrong(
    'reshape(zeros([128, 784]), [128, 28, 27])',
    'reshape: [128, 784] (100352 elements) cannot become [128, 28, 27] (96768 elements)',
  ),
  wrong('reshape(zeros([6]), [])', 'reshape: [6] (6 elements) cannot become [] (1 elements)'),
  wrong(
    'reshape(zeros([128, 784]), [-1, 1000])',
    'reshape: [128, 784] cannot become [-1, 1000]: 100352 is not divisible by 1000',
  ),
  wrong(
    'reshape(zeros([128, 784]), [128, -1, 5])',
    'reshape: [128, 784] cannot become [128, -1, 5]: 784 is not divisible by 5',
  ),
  wrong(
    'reshape(zeros([6]), [-1, -1])',
    'reshape: [-1, -1] must hold whole numbers of 0 or more, and at most one -1',
  ),
  wrong(
    'reshape(zeros([6]), [-2, -3])',
    'reshape: [-2, -3] must hold whole numbers of 0 or more, and at most one -1',
  ),
  wrong(
    'permute(zeros([128, 1, 28, 28]), [0, 2, 3])',
    'permute: [0, 2, 3] must list all 4 axes of [128, 1, 28, 28]',
  ),
  wrong('permute(zeros([128, 1, 28, 28]), [0, 2, 3, 3])', 'permute: axis 3 is repeated in [0, 2, 3, 3]'),
  wrong('permute(zeros([2, 3]), [0, -2])', 'permute: axis -2 is repeated in [0, -2]'),
  wrong(
    'permute(zeros([128, 1, 28, 28]), [0, 2, 3, 4])',
    'permute: axis 4 is out of range for [128, 1, 28, 28]',
  ),
  wrong('transpose(zeros([784]))', 'transpose: [784] must have rank 2 or more'),
  wrong('transpose(zeros([]))', 'transpose: [] must have rank 2 or more'),
  ...['sum', 'mean'].flatMap((name) => [
    wrong(`${name}(zeros([128, 784]), [2])`, `${name}: axis 2 is out of range for [128, 784]`),
    wrong(`${name}(zeros([128, 784]), [-3])`, `${name}: axis -3 is out of range for [128, 784]`),
    wrong(`${name}(zeros([]), [0])`, `${name}: axis 0 is out of range for []`),
    wrong(`${name}(zeros([128, 784]), [1, -1])`, `${name}: axis -1 is repeated in [1, -1]`),
  ]),
  wrong(
    'linear(400, 20).apply(linear(400, 20).init(key(0)))(zeros([2, 784]))',
    'linear(400, 20): input has 784 features: [2, 784]',
  ),
  wrong(
    'pipe(zeros([2, 784]), linear(400, 20).apply(linear(400, 20).init(key(0))))',
    'linear(400, 20): input has 784 features: [2, 784]',
    { line: 3 },
  ),
  wrong(
    'pipe(zeros([2, 784]), linear(784, 400).apply(linear(784, 400).init(key(0))), relu, ' +
      'linear(300, 20).apply(linear(300, 20).init(key(0))))',
    'linear(300, 20): input has 400 features: [2, 400]',
    { line: 3 },
  ),
  wrong('grad((x: Tensor<[3]>) => x)(zeros([3]))', notScalar('f32[3]')),
  wrong('grad((x: Tensor<[2, 3]>) => sum(x, [0]))(zeros([2, 3]))', notScalar('f32[3]')),
  wrong('valueAndGrad((x: Tensor<[3]>) => ({ loss: x, x }))(zeros([3]))', notScalar('f32[3]')),
  wrong("grad((x: Tensor<[]>) => cast(x, 'i32'))(zeros([]))", notScalar('i32[]')),
  wrong('grad((x: Tensor<[]>) => 3)(zeros([]))', 'grad: the loss must be a scalar, f32[], it is no tensor'),
]

/** What wrong programs are made of. One may belong to several classes. */
const classes: Readonly<Record<string, (entry: WrongProgram) => boolean>> = {
  'in pipe, flow or sequential': ({ program }) => /\b(?:pipe|flow|sequential)\(/.test(program),
  'in generic code': ({ program }) => /<\w+ extends /.test(program),
  'of the size of a model': (entry) => (wrongModels as readonly WrongProgram[]).includes(entry),
}

const summary = (): string => {
  const counts = Object.entries(classes).map(([name, has]) => `${corpus.filter(has).length} ${name}`)
  return `${corpus.length} wrong programs: ${counts.join(', ')}`
}

const modules = { '@vae/tensor': tensor, '@vae/autograd': autograd, '@vae/models': models }
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A module that imports what the program names and runs it. */
const sourceOf = ({ program }: WrongProgram): string => {
  // Where two packages export a name, the first wins; `layers` is the package of layers.
  const words = new Set(program.match(/(?<![.\w])[A-Za-z]\w*/g))
  const imports = Object.entries(modules).map(([name, exported]) => {
    const used = Object.keys(exported).filter((word) => words.delete(word))
    return `import { ${used.join(', ')} } from '${name}'`
  })
  return [
    ...imports,
    "import * as layers from '@vae/models'",
    "import type { Dim, Tensor } from '@vae/tensor'",
    "import { flow, pipe } from 'fp-ts/lib/function.js'",
    'export type Used = [Dim<string>, Tensor<[]>, typeof flow, typeof pipe, typeof layers]',
    program,
  ].join('\n')
}

/** The sentence that running a program throws. */
const thrownBy = ({ program }: WrongProgram): string => {
  const scope = Object.assign({}, ...Object.values(modules).reverse(), {
    flow,
    pipe,
    layers: models,
  }) as object
  const script = ts.transpile(program, { target: ts.ScriptTarget.ES2022 })
  try {
    new Function(...Object.keys(scope), script)(...Object.values(scope))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'accepted'
}

const folder = mkdtempSync(join(tmpdir(), 'vae-messages-'))
const config = join(folder, 'tsconfig.json')
const titleOf = ({ mistake, program }: WrongProgram): string => mistake ?? program
const fileOf = (index: number): string => join(folder, 'programs', `${index}.ts`)

beforeAll(() => {
  mkdirSync(join(folder, 'programs'))
  corpus.forEach((entry, index) => {
    writeFileSync(fileOf(index), sourceOf(entry))
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const settings = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      incremental: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
      paths: {
        '@vae/*': [join(root, 'packages/*/src/index.ts')],
        'fp-ts/lib/*': [join(root, 'packages/tensor/node_modules/fp-ts/lib/*')],
      },
    },
    include: ['programs'],
  }
  writeFileSync(config, JSON.stringify(settings))
})

beforeAll(() => console.log(summary()))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The lines of the compiler's only message about each program. */
type Messages = (index: number) => readonly string[]

const typescript6 = (): Messages => {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic: ts.Diagnostic): never => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
    },
  }
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host)!
  const program = ts.createProgram(parsed.fileNames, parsed.options)
  return (index) => {
    const found = program.getSemanticDiagnostics(program.getSourceFile(fileOf(index)))
    return found.flatMap(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n'))
  }
}

const outputOfTypescript7 = (): string => {
  const script = join(root, 'node_modules/ts7/bin/tsc')
  try {
    execFileSync(process.execPath, [script, '--project', config, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: folder,
    })
    return ''
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

const typescript7 = (): Messages => {
  const messages = new Map<number, string[]>()
  let current: string[] = []
  for (const line of outputOfTypescript7().split(/\r?\n/)) {
    const head = /programs[\\/](\d+)\.ts\(\d+,\d+\): error TS\d+: (.*)$/.exec(line)
    if (head === null) {
      current.push(line)
      continue
    }
    current = messages.get(Number(head[1])) ?? []
    messages.set(Number(head[1]), current)
    current.push(head[2]!)
  }
  return (index) => messages.get(index) ?? []
}

describe.each([
  ['TypeScript 6', typescript6],
  ['TypeScript 7', typescript7],
] as const)('%s says', (_, compile) => {
  let messages: Messages = () => []
  // As long as a test may take: it compiles a thousand programs, on a machine that may be busy.
  beforeAll(() => {
    messages = compile()
  }, 60_000)

  it.each(corpus.map((entry, index) => [titleOf(entry), entry, index] as const))('%s', (_, entry, index) => {
    const line = messages(index)[(entry.line ?? 1) - 1]
    // A message with type parameters is a template literal, in which TypeScript 6 escapes what is not ASCII.
    const plain = line?.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    const quote = entry.sentence.includes('${') ? '`' : '"'
    expect(plain).toContain(quote + entry.sentence + quote)
  })
})

describe('running it throws the same sentence', () => {
  const unnamed = corpus.filter(({ named }) => named !== true)
  it.each(unnamed.map((entry) => [titleOf(entry), entry] as const))('%s', (_, entry) => {
    expect(thrownBy(entry)).toBe(entry.thrown ?? entry.sentence)
  })
})
