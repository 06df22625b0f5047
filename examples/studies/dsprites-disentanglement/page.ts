import { spread, table } from '../report.ts'
import { beta, gamma, type Kind, kinds, schedule, seeds } from './schedule.ts'
import type { Scores } from './scores.ts'

const titles: Readonly<Record<Kind, string>> = {
  vae: 'VAE',
  'beta-tcvae': `β-TCVAE, β = ${beta}`,
  'factor-vae': `FactorVAE, γ = ${gamma}`,
}

/** What publications give for the whole schedule. Lin et al., "InfoGAN-CR" (ICML 2020), table 1. */
const published: Readonly<Record<Kind, readonly [mig: string, score: string]>> = {
  vae: ['0.10', '0.63 ± 0.06'],
  'beta-tcvae': ['0.45', '0.62 ± 0.07'],
  'factor-vae': ['0.40', '0.83'],
}

const show = (values: readonly number[], digits: number): string =>
  values.length < 2 ? values.map((value) => value.toFixed(digits)).join('') : spread(values, digits)

/** The page of all results that are found. */
export const resultsPage = async (
  find: (kind: Kind, seed: number) => Promise<Scores | null>,
): Promise<string> => {
  const rows: string[][] = []
  const gaps: string[][] = []
  for (const kind of kinds) {
    const all = await Promise.all(seeds.map((seed) => find(kind, seed)))
    const found = all.flatMap((scores) => (scores === null ? [] : [scores]))
    if (found.length === 0) continue
    const of = (name: Exclude<keyof Scores, 'gaps'>, digits: number) =>
      show(
        found.map((scores) => scores[name]),
        digits,
      )
    const [mig, score] = published[kind]
    rows.push([
      titles[kind],
      String(found.length),
      of('mig', 3),
      mig,
      of('migOfMeans', 3),
      of('factorVaeScore', 3),
      score,
      of('activeUnits', 1),
      of('kl', 1),
    ])
    gaps.push([
      titles[kind],
      ...[0, 1, 2, 3].map((factor) =>
        show(
          found.map(({ gaps }) => gaps[factor]!),
          3,
        ),
      ),
    ])
  }
  const images = schedule.batch * schedule.steps
  return `# Disentanglement of dSprites

The multi-layer perceptrons of Chen et al. (2018) on the images of dSprites, 64 by 64 pixels: 4096-1200-1200 with ReLU to 10
latent dimensions, and 1200-1200-1200-4096 with tanh back, Bernoulli. Adam with learning rate ${schedule.learningRate}. The publication trains for
50 epochs of 737,280 images in batches of 2,048; here it is ${schedule.steps.toLocaleString('en')} steps of ${schedule.batch}, ${images.toLocaleString('en')} images, each seen once:
**a small part of the schedule, so the published figures stand beside it for orientation only**. What can be compared are
the models with each other, which see the same images in the same order.

Scores are of 10,000 other images; ± is the standard deviation between seeds. *MIG* is that of Chen et al., from
posteriors and without the shape; *MIG of means* that of Locatello et al., with it. The FactorVAE score is from 800 votes of
64 images each, without dimensions that are not in use. Published figures are those of Lin et al., "InfoGAN-CR" (2020).

\`npm run study dsprites-disentanglement\` trains all models and writes this page; \`-- vae --seed 0\` trains one.

${table(
  [
    'model',
    'seeds',
    'MIG',
    'published',
    'MIG of means',
    'FactorVAE score',
    'published',
    'active units of 10',
    'KL, nats',
  ],
  rows,
)}

So few steps find positions and sizes only, and on axes that differ from seed to seed: **the spread between seeds is as large
as the differences between models, so this table does not yet order them.**

The gap of each factor, by the first definition:

${table(['model', 'scale', 'orientation', 'x', 'y'], gaps)}
`
}
