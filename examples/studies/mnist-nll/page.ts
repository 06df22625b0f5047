import { table } from '../report.ts'
import { allStages, epochsOf, type Recipe, type RecipeName, recipes } from './recipes.ts'
import type { Result } from './result.ts'

/** Finds a result by the name of its run, its epochs, and whether it is that of PyTorch. */
export type Find = (name: RecipeName, epochs: number, pytorch: boolean) => Promise<Result | null>

const nllOf = (result: Result | null): string =>
  result === null ? '' : `${result.nll.toFixed(2)} ± ${result.standardError.toFixed(2)}`

const publishedOf = ({ published: { epochs, figures } }: Recipe): string =>
  `${figures.map(({ nll, source }) => `${nll.toFixed(2)} (${source})`).join(', ')}, ${epochs.toLocaleString('en')} epochs`

/** Hours for so many epochs at the pace of a result, and for its estimate. */
const hoursOf = (result: Result | null, epochs: number): string =>
  result === null ? '' : ((result.secondsPerEpoch * epochs + result.secondsOfEstimate) / 3600).toFixed(1)

/** The page of all results that are found, of any number of stages. */
export const resultsPage = async (find: Find): Promise<string> => {
  const rows: string[][] = []
  const times: string[][] = []
  const seen = new Set<string>()
  for (let stages = 1; stages <= allStages; stages++)
    for (const [name, recipe] of Object.entries(recipes(stages)) as [RecipeName, Recipe][]) {
      const epochs = epochsOf(recipe)
      const [ours, theirs] = [await find(name, epochs, false), await find(name, epochs, true)]
      if ((ours === null && theirs === null) || seen.has(`${name} ${epochs}`)) continue
      seen.add(`${name} ${epochs}`)
      rows.push([
        recipe.title,
        recipe.binarisation,
        String(epochs),
        nllOf(ours),
        nllOf(theirs),
        publishedOf(recipe),
      ])
      times.push([
        `\`npm run study mnist-nll -- ${name}\``,
        ours?.secondsPerEpoch.toFixed(1) ?? '',
        theirs?.secondsPerEpoch.toFixed(1) ?? '',
        hoursOf(ours, epochs),
        recipe.published.epochs.toLocaleString('en'),
        hoursOf(ours, recipe.published.epochs),
      ])
    }
  const results = table(['model', 'pixels', 'epochs', 'NLL, ours', 'NLL, PyTorch', 'published'], rows)
  const commands = table(
    ['command', 'seconds per epoch', 'PyTorch', 'hours in all', 'published epochs', 'hours for these'],
    times,
  )
  return `# Negative log-likelihoods on MNIST

Models, data and schedules of publications, for as many of their epochs as a processor has time for. All numbers are
negative log-likelihoods of the 10,000 test images in nats, by importance sampling with 5,000 samples of each; ± is the
standard error over images. Between two models of one row it says little, since both are judged on the same images.
**A shortened schedule is not to be compared with the figure of the whole one**, but with PyTorch on the same.

${results}

- **VAE and IWAE of Burda et al.** (ICLR 2016), one stochastic layer: 784-200-200-50-200-200-784 with tanh, batches of 20,
  Adam with β₁ = 0.99, ε = 10⁻⁴ and a second moment that starts at 1; weights by Glorot, the biases of the output the logits
  of the mean image. Stage i of ${allStages} lasts 3ⁱ epochs with learning rate 10⁻³ · 10^(−i/7). Ours differ in that the
  encoder gives log σ² in place of log σ. *nbip* is a reimplementation in TensorFlow (github.com/nbip/IWAE).
- **VAE of pythae**: 784-400-40-400-784 with ReLU, batches of 100, Adam with learning rate 10⁻⁴, which the publication lowers
  at epochs 200 and 350. Its figure uses 200 importance samples.
- **Pixels.** *Dynamic*: training pixels are drawn anew in every step; 59,600 images. *Static*: they were drawn once; 50,000
  images. Publications use the draw of Larochelle & Murray for that, which is a file of its own: ours is another draw of the
  same distribution, so figures may differ by some tenths of a nat. Test images are drawn once in both.
- **PyTorch** runs the same recipe on the same images with its own random numbers, on one thread; \`--pytorch\` after a command
  below. It is the yardstick for the shortened schedules.

## The commands

Each runs one row on one thread, seed 0, and can be stopped: it goes on after the last complete epoch. \`--stages 8\` runs the
whole schedule of Burda et al., 3,280 epochs, \`--threads 2\` uses both cores. Seconds are by the clock
of a machine that did other work beside and paused some runs: less is possible, and they compare nothing.

${commands}
`
}
