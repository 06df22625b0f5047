import { setting } from '../display/text.ts'
import type { RunConfig } from '../run/config.ts'
import type { MetricsLine } from '../run/metrics.ts'
import { lossCharts } from './charts.ts'
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
    ['training images', data.trainImages.toLocaleString('en')],
    ['test images', data.testImages.toLocaleString('en')],
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
    ['steps', last.step.toLocaleString('en')],
    ['time', `${seconds.toFixed(1)} seconds`],
  ] as const
}

/** A run on one page that needs nothing else: no script, no request, the reader's colour scheme. */
export const reportPage = ({
  config,
  lines,
  reconstructions,
  samples,
  interpolation,
}: ReportContents): string => {
  const last = lines.at(-1)
  const charts = lossCharts(lines)
    .map(
      ({ title, description, svg }) =>
        `<section class="chart"><h3>${escapeHtml(title)}</h3>${svg.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(`${title}: ${description}`)}" `)}</section>`,
    )
    .join('\n')
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
<p class="muted">A variational autoencoder (${config.model.features}-${config.model.hidden}-${config.model.latent}) trained on ${config.data.trainImages.toLocaleString('en')} images of ${escapeHtml(config.data.name)} for ${lines.length} of ${config.training.epochs} epochs, evaluated on ${config.data.testImages.toLocaleString('en')} held-out images.</p>
${last === undefined ? '' : `<dl class="figures">\n${figure('test −ELBO', last.test.negativeElbo)}\n${figure('test reconstruction', last.test.reconstruction)}\n${figure('test KL', last.test.kl)}\n</dl>`}
</header>
<main>
<section>
<h2>Learning</h2>
<p class="muted"><span class="train swatch"></span> train: mean over the images of an epoch while it trained <span class="test swatch"></span> test: mean over the test images after it</p>
<div class="charts">
${charts}
</div>
</section>
<section>
<h2>What it has learned</h2>
<div class="pictures">
${picture(reconstructions, 'Rows of handwritten digits from the test set, each with the row of its reconstructions below', 'Reconstructions: test images, and below each row what the decoder makes of their posterior means.')}
${picture(samples, 'A grid of digits generated from random latent vectors', 'Samples: decoded from latent vectors drawn from the prior.')}
${picture(interpolation, 'Rows in which one digit gradually turns into another', 'Interpolation: the outer images are from the test set, those between are decoded on a straight line between their posterior means.', 'wide', 'wide')}
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
