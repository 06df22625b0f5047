import { join } from 'node:path'
import { writeFileAtomic } from '@vae/data/node'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData } from '../data.ts'
import { type Failure, refusable } from '../failure.ts'
import { bytesOf, type Drawing, fileOf } from '../pictures/drawing.ts'
import { galleryOf } from '../pictures/gallery.ts'
import { loadEvaluation } from '../run/evaluation.ts'
import { runFiles } from '../run/folder.ts'
import type { Session } from '../training/session.ts'

/** How much the pictures of a run show: a few images, or a cloud of points. */
const shown = {
  images: { reconstructions: 40, samples: 80, columns: 10 },
  points: { reconstructions: 1000, samples: 1000, columns: 1 },
} as const

const drawingsOf = async ({
  config,
  model,
  data,
  engine,
  progress,
}: Session): Promise<readonly Drawing[]> => {
  const { params, modelState: state } = progress.training
  const counts = shown[describeData(config.data.name).isImages ? 'images' : 'points']
  const gallery = await galleryOf(config, model, { engine, trained: { params, state }, train: data.train })
  return [
    gallery.reconstructions(data.test, counts.reconstructions),
    gallery.samples(key(config.training.seed), counts.samples, counts.columns),
    ...gallery.others(data.test),
  ]
}

/** The pictures of a run, and its report with the figures of `vae evaluate` if there are any. */
const drawn = (session: Session) => {
  const { folder, config, model, lines, progress } = session
  return pipe(
    loadEvaluation(folder),
    TE.flatMap((evaluation) =>
      refusable(async () => {
        const drawings = await drawingsOf(session)
        // Loaded when it is needed: the plotting library takes longer to load than the rest.
        const { reportPage } = await import('./page.ts')
        const page = reportPage({ config, model, lines, drawings, evaluation, epoch: progress.epoch })
        return { drawings, page }
      }),
    ),
  )
}

/** Writes the report of a run anew, and nothing else. */
export const writeReport = (session: Session): TE.TaskEither<Failure, void> =>
  pipe(
    drawn(session),
    TE.flatMap(({ page }) => writeFileAtomic(runFiles(session.folder).report, page)),
  )

/** Draws the pictures of a trained run and writes them with its report. */
export const writeArtifacts = (session: Session): TE.TaskEither<Failure, void> =>
  pipe(
    drawn(session),
    TE.flatMap(({ drawings, page }) =>
      pipe(
        drawings,
        TE.traverseSeqArray((drawing) =>
          writeFileAtomic(join(session.folder, fileOf(drawing)), bytesOf(drawing)),
        ),
        TE.flatMap(() => writeFileAtomic(runFiles(session.folder).report, page)),
      ),
    ),
  )
