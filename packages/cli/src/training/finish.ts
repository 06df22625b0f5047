import { relative } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData } from '../data.ts'
import { outputDisplay, outputStyle } from '../display/choose.ts'
import { count } from '../display/text.ts'
import type { Failure } from '../failure.ts'
import { interruptedCode, interruptible } from '../interrupt.ts'
import { writeArtifacts } from '../report/artifacts.ts'
import { runFiles } from '../run/folder.ts'
import { runSession, type Session } from './session.ts'

/** A path as the user would type it. */
export const typed = (path: string): string => {
  const fromHere = relative(process.cwd(), path)
  const short = fromHere.startsWith('..') || fromHere === '' ? path : fromHere
  return /\s/.test(short) ? `"${short}"` : short
}

const interruptedText = (folder: string, epochs: number): string =>
  `stopped; ${epochs === 0 ? 'no epoch was completed' : `epoch ${epochs} is saved`}: ` +
  `continue with npx vae resume ${typed(folder)}`

/** The last lines of a training: the figures, where to look, and what to try next. */
const closingText = ({ folder, config, model, lines }: Session): string => {
  const { bold, dim } = outputStyle()
  const last = lines.at(-1)
  const { noun } = describeData(config.data.name)
  const tested = `over ${count(config.data.testExamples)} test ${noun}s`
  const figures = last === undefined ? [] : [`${bold(`test ${model.headline(last.test)}`)}, ${tested}`, '']
  const run = typed(folder)
  return [
    '',
    ...figures,
    `Look at   ${bold(typed(runFiles(folder).report))}`,
    `Try next  npx vae sample ${run}`,
    `          npx vae reconstruct ${run}`,
    `          npx vae evaluate ${run} --json`,
    `          npx vae resume ${run} --epochs ${config.training.epochs * 2}`,
    `          npx vae train --model vq-vae --data fashion-mnist   ${dim('(vae train --help lists every option)')}`,
    '',
  ].join('\n')
}

/** Writes pictures and report of a session whose training is complete, and says what there is. */
export const finish = (session: Session): TE.TaskEither<Failure, number> =>
  pipe(
    writeArtifacts(session),
    TE.map(() => {
      process.stdout.write(`${closingText(session)}`)
      return 0
    }),
  )

/** Trains a session to its end, or until Ctrl-C; returns the exit code. */
export const trainAndFinish = (session: Session): TE.TaskEither<Failure, number> => {
  const display = outputDisplay()
  return pipe(
    () =>
      interruptible(
        () => display.line('stopping after this step …'),
        (signal) => runSession(session, display, signal)(),
      ),
    TE.flatMap((outcome) => {
      const { progress, lines, interrupted } = outcome
      if (!interrupted) return finish({ ...session, progress, lines })
      process.stderr.write(`${interruptedText(session.folder, lines.length)}\n`)
      return TE.right(interruptedCode)
    }),
  )
}
