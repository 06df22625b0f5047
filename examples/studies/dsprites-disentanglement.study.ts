/*
 * Does a penalty of the total correlation disentangle dSprites? A VAE, a β-TCVAE and a FactorVAE with the networks of the
 * β-TCVAE paper, each with three seeds: `npm run study dsprites-disentanglement` trains them and writes the page.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { selected } from '@vae/data'
import { wasmEngine } from '@vae/wasm'
import { encoderOf } from './dsprites-disentanglement/models.ts'
import { resultsPage } from './dsprites-disentanglement/page.ts'
import { kinds, schedule, seeds } from './dsprites-disentanglement/schedule.ts'
import { images, type Scores, scoresOf, split } from './dsprites-disentanglement/scores.ts'
import type { Report } from './report.ts'
import { resultsIn } from './results.ts'

/** What was asked for. Throws a sentence for what there is not. */
const askedOf = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seed: { type: 'string', multiple: true }, threads: { type: 'string', default: '1' } },
  })
  const stranger = positionals.find((name) => !(kinds as readonly string[]).includes(name))
  if (stranger !== undefined) throw new Error(`there is no model ${stranger}, but ${kinds.join(', ')}`)
  const threads = Number(values.threads)
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new Error(`--threads: expected a whole number of 1 or more, got ${values.threads}`)
  const chosen = values.seed?.map(Number) ?? seeds
  const unknown = chosen.find((seed) => !(seeds as readonly number[]).includes(seed))
  if (unknown !== undefined) throw new Error(`--seed: expected one of ${seeds.join(', ')}, got ${unknown}`)
  return {
    kinds: positionals.length === 0 ? kinds : kinds.filter((kind) => positionals.includes(kind)),
    seeds: chosen,
    threads,
  }
}

/** Trains the models that are asked for, and gives the page of all results that the repository holds. */
export const study = async (report: Report, args: readonly string[], folder: string): Promise<string> => {
  const asked = askedOf(args)
  const results = await resultsIn<Scores>(join(folder, 'dsprites-disentanglement'))
  const engine = await wasmEngine({ threads: asked.threads })
  const data = selected(split.train.slice(0, schedule.batch * schedule.steps))(images)
  for (const seed of asked.seeds)
    for (const kind of asked.kinds) {
      const started = performance.now()
      let loss = Number.NaN
      const encode = await encoderOf[kind]({
        engine,
        data,
        seed,
        each: async (found) => {
          loss = found
        },
      })
      const scores: Scores = { ...(await scoresOf(engine, encode)), loss }
      await results.write(`${kind}-${seed}`, scores)
      report.line(
        `${kind}, seed ${seed}: MIG ${scores.mig.toFixed(3)}, FactorVAE score ${scores.factorVaeScore.toFixed(3)}, ` +
          `${scores.activeUnits} active units, ${((performance.now() - started) / 1000).toFixed(0)} s`,
      )
    }
  return resultsPage((kind, seed) => results.read(`${kind}-${seed}`))
}
