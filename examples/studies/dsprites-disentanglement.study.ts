/*
 * Does a penalty of the total correlation disentangle dSprites? A VAE, a β-TCVAE and a FactorVAE with the networks of the
 * β-TCVAE paper, each with three seeds: `npm run study dsprites-disentanglement` trains them and writes the page.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { selected } from '@vae/data'
import { wasmEngine } from '@vae/wasm'
import { chosen, wholeNumber } from './arguments.ts'
import { trainings } from './dsprites-disentanglement/models.ts'
import { resultsPage } from './dsprites-disentanglement/page.ts'
import { kinds, schedule, seeds } from './dsprites-disentanglement/schedule.ts'
import { images, type Scores, scoresOf, split } from './dsprites-disentanglement/scores.ts'
import type { IllustratedPage, Report } from './report.ts'
import { resultsIn } from './results.ts'

/** What was asked for. Throws a sentence for what there is not. */
const askedOf = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', multiple: true, default: [] },
      epochs: { type: 'string', default: String(schedule.epochs) },
      threads: { type: 'string', default: '1' },
    },
  })
  return {
    kinds: chosen('model', positionals, kinds),
    seeds: chosen('seed', values.seed, seeds.map(String)).map(Number),
    epochs: wholeNumber('epochs', values.epochs),
    threads: wholeNumber('threads', values.threads),
  }
}

/** Trains the models that are asked for, and gives the page of all results that the repository holds. */
export const study = async (
  report: Report,
  args: readonly string[],
  folder: string,
): Promise<IllustratedPage> => {
  const asked = askedOf(args)
  // The scores after each epoch.
  const results = await resultsIn<readonly Scores[]>(join(folder, 'dsprites-disentanglement'))
  const working = join(import.meta.dirname, '../../runs/studies')
  await mkdir(working, { recursive: true })
  const engine = await wasmEngine({ threads: asked.threads })
  const data = selected(split.train.slice(0, schedule.images))(images)
  for (const seed of asked.seeds)
    for (const kind of asked.kinds) {
      const run = `${kind}-${seed}`
      let started = performance.now()
      await trainings[kind]({
        engine,
        data,
        seed,
        epochs: asked.epochs,
        checkpoint: join(working, `dsprites-${run}.safetensors`),
        each: async (epoch, encode, loss) => {
          const trained = performance.now()
          const scores: Scores = { ...(await scoresOf(engine, encode)), loss }
          const before = (await results.read(run)) ?? []
          await results.write(run, [...before.slice(0, epoch - 1), scores])
          const scored = performance.now()
          report.line(
            `${kind}, seed ${seed}: epoch ${epoch} of ${asked.epochs}, MIG ${scores.mig.toFixed(3)}, ` +
              `FactorVAE score ${scores.factorVaeScore.toFixed(3)}, ${scores.activeUnits} active units, ` +
              `${((trained - started) / 1000).toFixed(0)} s, and ${((scored - trained) / 1000).toFixed(0)} s for the scores`,
          )
          started = scored
        },
      })
    }
  return resultsPage((kind, seed) => results.read(`${kind}-${seed}`))
}
