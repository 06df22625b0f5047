import { join } from 'node:path'
import { writeFileAtomic } from '@vae/data/node'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData } from '../data.ts'
import { type Failure, refusable } from '../failure.ts'
import { bytesOf, fileOf } from '../pictures/drawing.ts'
import { galleryOf } from '../pictures/gallery.ts'
import { runFiles } from '../run/folder.ts'
import type { Session } from '../training/session.ts'

/** How much the pictures of a run show: a few images, or a cloud of points. */
const shown = {
  images: { reconstructions: 40, samples: 80, columns: 10 },
  points: { reconstructions: 1000, samples: 1000, columns: 1 },
} as const

/** Draws the pictures of a trained run and writes them with its report. */
export const writeArtifacts = (session: Session): TE.TaskEither<Failure, void> => {
  const { folder, config, model, data, engine, progress, lines } = session
  const { params, modelState: state } = progress.training
  const counts = shown[describeData(config.data.name).isImages ? 'images' : 'points']
  return pipe(
    refusable(async () => {
      const gallery = await galleryOf(config, model, {
        engine,
        trained: { params, state },
        train: data.train,
      })
      const drawings = [
        gallery.reconstructions(data.test, counts.reconstructions),
        gallery.samples(key(config.training.seed), counts.samples, counts.columns),
        ...gallery.others(data.test),
      ]
      // Loaded when it is needed: the plotting library takes longer to load than the rest.
      const { reportPage } = await import('./page.ts')
      return { drawings, page: reportPage({ config, model, lines, drawings }) }
    }),
    TE.flatMap(({ drawings, page }) =>
      pipe(
        drawings,
        TE.traverseSeqArray((drawing) => writeFileAtomic(join(folder, fileOf(drawing)), bytesOf(drawing))),
        TE.flatMap(() => writeFileAtomic(runFiles(folder).report, page)),
      ),
    ),
  )
}
