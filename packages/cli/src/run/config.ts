import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { type Failure, failure } from '../failure.ts'
import { sizeProblem } from './size.ts'

const natural = z.int().min(1)

/** What `config.json` of a run holds: all settings that its numbers depend on. */
export const runConfig = z.strictObject({
  format: z.literal('vae-run-1'),
  name: z.string().min(1),
  model: z.strictObject({
    kind: z.literal('mlp-vae'),
    features: z.literal(784),
    hidden: natural,
    latent: natural,
  }),
  data: z.strictObject({
    name: z.literal('MNIST'),
    /** The folder with the four files; null for the installed package. */
    folder: z.string().min(1).nullable(),
    /** The most images of each split; null for all. */
    limit: natural.nullable(),
    trainImages: natural,
    testImages: natural,
  }),
  training: z.strictObject({
    optimizer: z.literal('adam'),
    epochs: natural,
    batch: natural,
    learningRate: z.number().positive(),
    beta: z.number().nonnegative(),
    seed: z.int().min(0),
  }),
  engine: z.strictObject({ name: z.enum(['wasm', 'reference']), features: z.string() }),
  versions: z.strictObject({ vae: z.string(), node: z.string() }),
})

/** The same, for a model that fits into memory and an epoch of at least one step. */
const possibleRunConfig = runConfig.superRefine(({ model, data, training: { batch } }, context) => {
  const refuse = (message: string): void => context.addIssue({ code: 'custom', message })
  const problem = sizeProblem({ ...model, batch })
  if (problem !== null) refuse(problem)
  if (batch > data.trainImages)
    refuse(`expected a batch of at most the ${data.trainImages} training images, got ${batch}`)
})

/** The settings of a run. */
export type RunConfig = z.infer<typeof runConfig>

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
