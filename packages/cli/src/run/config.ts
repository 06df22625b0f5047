import { exampleCount } from '@vae/data'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { z } from 'zod'
import { binarisations, datasetNames, describeData, type RunData } from '../data.ts'
import { type Failure, failure } from '../failure.ts'
import type { BuildContext } from '../models/family.ts'
import { buildModel, modelSettings } from '../models/registry.ts'
import type { RunModel } from '../models/run-model.ts'
import { natural } from '../models/settings.ts'
import { sizeProblem } from './size.ts'

const dataSettings = z.strictObject({
  name: z.enum(datasetNames),
  /** The folder with the files; null for where the dataset comes from by itself. */
  folder: z.string().min(1).nullable(),
  /** The most examples of each split; null for all. */
  limit: natural.nullable(),
  binarise: z.enum(binarisations),
  trainExamples: natural,
  testExamples: natural,
})

/** What a run learns from. */
export type DataSettings = z.infer<typeof dataSettings>

/** What `config.json` of a run holds: all settings that its numbers depend on. */
export const runConfig = z.strictObject({
  format: z.literal('vae-run-2'),
  name: z.string().min(1),
  model: modelSettings,
  data: dataSettings,
  training: z.strictObject({
    optimizer: z.literal('adam'),
    epochs: natural,
    batch: natural,
    learningRate: z.number().positive(),
    seed: z.int().min(0),
  }),
  engine: z.strictObject({ name: z.enum(['wasm', 'reference']), features: z.string() }),
  versions: z.strictObject({ vae: z.string(), node: z.string() }),
})

/** The settings of a run. */
export type RunConfig = z.infer<typeof runConfig>

/** The same, for an epoch of at least one step. */
const possibleRunConfig = runConfig.superRefine(({ data, training: { batch } }, context) => {
  const { noun } = describeData(data.name)
  if (batch > data.trainExamples)
    context.addIssue({
      code: 'custom',
      message: `expected a batch of at most the ${data.trainExamples} training ${noun}s, got ${batch}`,
    })
})

/** How many examples there are, as a configuration says it. */
export const countsOf = ({ train, test }: RunData): Pick<DataSettings, 'trainExamples' | 'testExamples'> => ({
  trainExamples: exampleCount(train),
  testExamples: exampleCount(test),
})

/** What the model of a run must know of its data. */
export const contextOf = ({ data }: Pick<RunConfig, 'data'>): BuildContext => {
  const { shape, isImages, noun } = describeData(data.name)
  return { example: shape, isImages, noun, trainExamples: data.trainExamples }
}

/** The model of a run, or a sentence where its settings do not fit each other, or the memory. */
export const modelOf = (
  config: Pick<RunConfig, 'data' | 'model' | 'training'>,
): E.Either<Failure, RunModel> =>
  pipe(
    buildModel(config.model, contextOf(config), config.data.binarise),
    E.flatMap((model) => {
      const problem = sizeProblem(model, describeData(config.data.name), config.training.batch)
      return problem === null ? E.right(model) : E.left(failure(problem))
    }),
  )

/** The text of `config.json`. */
export const encodeConfig = (config: RunConfig): string => `${JSON.stringify(config, null, 2)}\n`

/** The first thing that does not fit a schema, as a piece of a sentence. */
export const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0]
  if (issue === undefined) return 'it does not have the expected form'
  const where = issue.path.join('.')
  const message = issue.message.replace(/^Invalid input: /, '')
  return where === '' ? message : `${where}: ${message}`
}

/** Parses JSON and checks it against a schema; the failure names `name`. */
export const parseAs =
  <T>(schema: z.ZodType<T>, name: string) =>
  (text: string): E.Either<Failure, T> => {
    const json = E.tryCatch(
      (): unknown => JSON.parse(text),
      (error) => failure(`${name}: not JSON: ${error instanceof Error ? error.message : String(error)}`),
    )
    return E.flatMap((value: unknown): E.Either<Failure, T> => {
      const parsed = schema.safeParse(value)
      return parsed.success ? E.right(parsed.data) : E.left(failure(`${name}: ${firstIssue(parsed.error)}`))
    })(json)
  }

/** Reads the text of a `config.json`. */
export const decodeConfig = (text: string, name: string): E.Either<Failure, RunConfig> =>
  parseAs(possibleRunConfig, name)(text)
