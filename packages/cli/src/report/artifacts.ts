import { encodePng } from '@vae/data'
import { writeFileAtomic } from '@vae/data/node'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, refusable } from '../failure.ts'
import { modelOf } from '../model.ts'
import { sheetsOf } from '../pictures/sheets.ts'
import { runFiles } from '../run/folder.ts'
import type { Session } from '../training/session.ts'

/** How many digits the pictures of a run show. */
const shown = { reconstructions: 40, samples: 80, columns: 10, pairs: 6 }

/** Draws the pictures of a trained run and writes them with its report. */
export const writeArtifacts = ({
  folder,
  config,
  digits,
  engine,
  progress,
  lines,
}: Session): TE.TaskEither<Failure, void> => {
  const files = runFiles(folder)
  return pipe(
    refusable(async () => {
      const sheets = sheetsOf(engine, modelOf(config), progress.training.params)
      const pictures = {
        reconstructions: encodePng(sheets.reconstructions(digits.test, shown.reconstructions)),
        samples: encodePng(sheets.samples(shown.samples, key(config.training.seed), shown.columns)),
        interpolation: encodePng(sheets.interpolations(digits.test, shown.pairs)),
      }
      // Loaded when it is needed: the plotting library takes longer to load than the rest.
      const { reportPage } = await import('./page.ts')
      return { pictures, page: reportPage({ config, lines, ...pictures }) }
    }),
    TE.flatMap(({ pictures, page }) =>
      pipe(
        writeFileAtomic(files.reconstructions, pictures.reconstructions),
        TE.flatMap(() => writeFileAtomic(files.samples, pictures.samples)),
        TE.flatMap(() => writeFileAtomic(files.interpolation, pictures.interpolation)),
        TE.flatMap(() => writeFileAtomic(files.report, page)),
      ),
    ),
  )
}
