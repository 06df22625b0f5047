import { setImmediate as turn } from 'node:timers/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readSameDigits } from '../digits.ts'
import { count } from '../display/text.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, refusable } from '../failure.ts'
import { modelOf } from '../model.ts'
import { loadRun, type StoredRun } from '../run/load.ts'
import { type ElboMeans, elboEvaluator } from '../training/evaluate.ts'

/** What `vae evaluate` was asked for. */
export interface EvaluateOptions {
  readonly json?: boolean
  readonly data?: string
  readonly engine?: EngineName
  readonly threads?: number
}

const asJson = ({ config, progress }: StoredRun, means: ElboMeans): string =>
  JSON.stringify({
    negativeElbo: means.negativeElbo.mean,
    reconstruction: means.reconstruction.mean,
    kl: means.kl.mean,
    standardErrors: {
      negativeElbo: means.negativeElbo.standardError,
      reconstruction: means.reconstruction.standardError,
      kl: means.kl.standardError,
    },
    unit: 'nats per image',
    images: config.data.testImages,
    epoch: progress.epoch,
  })

const row = (name: string, mean: string, standardError: string): string =>
  `${name.padEnd(16)}${mean.padStart(10)}${standardError.padStart(18)}`

const asTable = ({ config, progress }: StoredRun, means: ElboMeans): string =>
  [
    `${config.name} after epoch ${progress.epoch}, over ${count(config.data.testImages)} test images, in nats per image`,
    '',
    row('', 'mean', 'standard error'),
    ...(
      [
        ['−ELBO', means.negativeElbo],
        ['reconstruction', means.reconstruction],
        ['KL', means.kl],
      ] as const
    ).map(([name, { mean, standardError }]) => row(name, mean.toFixed(3), standardError.toFixed(3))),
  ].join('\n')

/** `vae evaluate`: the evidence lower bound of a run over its test images. */
export const evaluateCommand = (folder: string, options: EvaluateOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('digits', ({ run }) => readSameDigits(run.config.data, options.data ?? null)),
    TE.bindW('engine', ({ run }) => startEngine(options.engine ?? run.config.engine.name, options.threads)),
    TE.flatMap(({ run, digits, engine }) =>
      refusable(async () => {
        const evaluator = elboEvaluator(engine, modelOf(run.config), digits.test)
        const means = await evaluator.run(run.progress.training.params, () => turn())
        process.stdout.write(`${options.json === true ? asJson(run, means) : asTable(run, means)}\n`)
        return 0
      }),
    ),
  )
