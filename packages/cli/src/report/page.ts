import { count, setting } from '../display/text.ts'
import type { RunConfig } from '../run/config.ts'
import type { MetricsLine } from '../run/metrics.ts'
import { type Chart, lossCharts } from './charts.ts'
import { escapeHtml, picture, table } from './html.ts'
import { style } from './style.ts'

/** What the report shows. Pictures are PNG bytes. */
export interface ReportContents {
  readonly config: RunConfig
  readonly lines: readonly MetricsLine[]
  readonly reconstructions: Uint8Array
  readonly samples: Uint8Array
  readonly interpolation: Uint8Array
}

const figure = (name: string, value: number): string =>
  `<div><dt>${name}</dt><dd>${value.toFixed(2)}<small>nats per image</small></dd></div>`

const settings = ({ model, data, training, engine, versions }: RunConfig) =>
  [
    ['model', `MLP VAE ${model.features}-${model.hidden}-${model.latent}`],
    ['likelihood', 'Bernoulli on pixel intensities'],
    ['β', setting(training.beta)],
    ['epochs', String(training.epochs)],
    ['batch', String(training.batch)],
    ['optimizer', 'Adam'],
    ['learning rate', setting(training.learningRate)],
    ['seed', String(training.seed)],
    ['training images', count(data.trainImages)],
    ['test images', count(data.testImages)],
    ['engine', `${engine.name} (${engine.features})`],
    ['versions', `vae ${versions.vae}, Node ${versions.node}`],
  ] as const

const results = (last: MetricsLine, lines: readonly MetricsLine[]) => {
  const seconds = lines.reduce((total, line) => total + (line.seconds ?? 0), 0)
  return [
    ['test −ELBO', `${last.test.negativeElbo.toFixed(3)} nats per image`],
    ['test reconstruction', `${last.test.reconstruction.toFixed(3)} nats per image`],
    ['test KL', `${last.test.kl.toFixed(3)} nats per image`],
    ['train loss', `${last.train.loss.toFixed(3)} nats per image`],
    ['train reconstruction', `${last.train.reconstruction.toFixed(3)} nats per image`],
    ['train KL', `${last.train.kl.toFixed(3)} nats per image`],
    ['steps', count(last.step)],
    ['time', `${seconds.toFixed(1)} seconds`],
  ] as const
}

const pictures = ({ reconstructions, samples, interpolation }: ReportContents): string =>
  [
    picture(
      reconstructions,
      'Rows of handwritten digits from the test set, each with the row of its reconstructions below',
      'Reconstructions: test images, and below each row what the decoder makes of their posterior means.',
    ),
    picture(
      samples,
      'A grid of digits generated from random latent vectors',
      'Samples: decoded from latent vectors drawn from the prior.',
    ),
    picture(
      interpolation,
      'Rows in which one digit gradually turns into another',
      'Interpolation: the outer images are from the test set, those between are decoded on a straight line ' +
        'between their posterior means.',
      'wide',
    ),
  ].join('\n')

const headline = ({ config: { model, data, training }, lines }: ReportContents): string =>
  `A variational autoencoder (${model.features}-${model.hidden}-${model.latent}) trained on ${count(data.trainImages)} ` +
  `images of ${escapeHtml(data.name)} for ${lines.length} of ${training.epochs} epochs, evaluated on ` +
  `${count(data.testImages)} held-out images.`

const headFigures = ({ test }: MetricsLine): string => `<dl class="figures">
${figure('test −ELBO', test.negativeElbo)}
${figure('test reconstruction', test.reconstruction)}
${figure('test KL', test.kl)}
</dl>`

const chart = ({ title, description, svg }: Chart): string => {
  const label = `role="img" aria-label="${escapeHtml(`${title}: ${description}`)}"`
  return `<section class="chart"><h3>${escapeHtml(title)}</h3>${svg.replace('<svg ', `<svg ${label} `)}</section>`
}

/** A run on one page that needs nothing else: no script, no request, the reader's colour scheme. */
export const reportPage = (contents: ReportContents): string => {
  const { config, lines } = contents
  const last = lines.at(-1)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(config.name)} – variational autoencoder</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(config.name)}</h1>
<p class="muted">${headline(contents)}</p>
${last === undefined ? '' : headFigures(last)}
</header>
<main>
<section>
<h2>Learning</h2>
<p class="muted legend"><span class="train swatch"></span> train: mean over the images of an epoch while it trained <span class="test swatch"></span> test: mean over the test images after it</p>
<div class="charts">
${lossCharts(lines).map(chart).join('\n')}
</div>
</section>
<section>
<h2>What it has learned</h2>
<div class="pictures">
${pictures(contents)}
</div>
</section>
<section>
<h2>Settings and figures</h2>
<div class="tables">
${table('Settings', settings(config))}
${last === undefined ? '' : table(`After epoch ${last.epoch}`, results(last, lines))}
</div>
</section>
</main>
</body>
</html>
`
}
