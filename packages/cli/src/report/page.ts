import { describeData } from '../data.ts'
import { count, setting } from '../display/text.ts'
import { type FigureInfo, preciseFigure, showFigure } from '../metrics/figure.ts'
import { titleOf, wordsOf } from '../models/registry.ts'
import type { RunModel } from '../models/run-model.ts'
import type { Drawing } from '../pictures/drawing.ts'
import { contextOf, type RunConfig } from '../run/config.ts'
import type { RunEvaluation } from '../run/evaluation.ts'
import type { MetricsLine } from '../run/metrics.ts'
import { type Chart, chartsOf } from './charts.ts'
import { evaluationSection } from './evaluation.ts'
import { escapeHtml, picture, table } from './html.ts'
import { style } from './style.ts'

/** What the report shows. */
export interface ReportContents {
  readonly config: RunConfig
  readonly model: Pick<RunModel, 'terms' | 'metrics'>
  readonly lines: readonly MetricsLine[]
  readonly drawings: readonly Drawing[]
  /** What `vae evaluate` has found. */
  readonly evaluation: RunEvaluation
  /** How many epochs the model that is drawn was trained. */
  readonly epoch: number
}

/** Figures in large letters at the top. */
const mostHeadFigures = 4

const testFigures = ({ metrics }: ReportContents['model']): readonly FigureInfo[] =>
  metrics.flatMap(({ figures }) => figures)

const figure = ({ title, unit }: FigureInfo, value: number): string =>
  `<div><dt>test ${escapeHtml(title)}</dt><dd>${showFigure(value)}<small>${escapeHtml(unit)}</small></dd></div>`

const binariseWords = { none: 'no', static: 'once and for all', dynamic: 'anew in every step' } as const

const settings = ({ model, data, training, engine, versions }: RunConfig) => {
  const { isImages, noun } = describeData(data.name)
  return [
    ...wordsOf(model),
    ['epochs', String(training.epochs)],
    ['batch', String(training.batch)],
    ['optimizer', 'Adam'],
    ['learning rate', setting(training.learningRate)],
    ['seed', String(training.seed)],
    ...(isImages ? [['pixels made black or white', binariseWords[data.binarise]] as const] : []),
    [`training ${noun}s`, count(data.trainExamples)],
    [`test ${noun}s`, count(data.testExamples)],
    ['engine', `${engine.name} (${engine.features})`],
    ['versions', `vae ${versions.vae}, Node ${versions.node}`],
  ] as const
}

const results = (model: ReportContents['model'], last: MetricsLine, lines: readonly MetricsLine[]) => {
  const seconds = lines.reduce((total, line) => total + (line.seconds ?? 0), 0)
  const rows = (split: 'train' | 'test', infos: readonly FigureInfo[]) =>
    infos.flatMap(({ name, title, unit }) => {
      const value = last[split][name]
      return value === undefined ? [] : [[`${split} ${title}`, `${preciseFigure(value)} ${unit}`] as const]
    })
  return [
    ...rows('test', testFigures(model)),
    ['train loss', preciseFigure(last.train.loss ?? Number.NaN)] as const,
    ...rows('train', model.terms),
    ...Object.entries(last.weights).map(([name, value]) => [`${name}, last step`, setting(value)] as const),
    ['steps', count(last.step)] as const,
    ['time', `${seconds.toFixed(1)} seconds`] as const,
  ]
}

const headline = ({ config, lines }: ReportContents): string => {
  const { data, training } = config
  const { title, noun } = describeData(data.name)
  return (
    `${escapeHtml(titleOf(config.model, contextOf(config)))}, trained on ${count(data.trainExamples)} ${noun}s of ` +
    `${escapeHtml(title)} for ${lines.length} of ${training.epochs} epochs, evaluated on ` +
    `${count(data.testExamples)} held-out ${noun}s.`
  )
}

const headFigures = (model: ReportContents['model'], { test }: MetricsLine): string => {
  const shown = testFigures(model).filter(({ name }) => test[name] !== undefined)
  return `<dl class="figures">
${shown
  .slice(0, mostHeadFigures)
  .map((info) => figure(info, test[info.name]!))
  .join('\n')}
</dl>`
}

const chart = ({ title, description, svg }: Chart): string => {
  const label = `role="img" aria-label="${escapeHtml(`${title}: ${description}`)}"`
  return `<section class="chart"><h3>${escapeHtml(title)}</h3>${svg.replace('<svg ', `<svg ${label} `)}</section>`
}

/** A run on one page that needs nothing else: no script, no request, the reader's colour scheme. */
export const reportPage = (contents: ReportContents): string => {
  const { config, model, lines, drawings, evaluation, epoch } = contents
  const last = lines.at(-1)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(config.name)} – ${escapeHtml(titleOf(config.model, contextOf(config)))}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(config.name)}</h1>
<p class="muted">${headline(contents)}</p>
${last === undefined ? '' : headFigures(model, last)}
</header>
<main>
<section>
<h2>Learning</h2>
<p class="muted legend"><span class="train swatch"></span> train: mean over an epoch while it trained <span class="test swatch"></span> test: over the test data after it</p>
<div class="charts">
${chartsOf(model, lines).map(chart).join('\n')}
</div>
</section>
<section>
<h2>What it has learned</h2>
<div class="pictures">
${drawings.map(picture).join('\n')}
</div>
</section>
${evaluationSection(evaluation, epoch)}<section>
<h2>Settings and figures</h2>
<div class="tables">
${table('Settings', settings(config))}
${last === undefined ? '' : table(`After epoch ${last.epoch}`, results(model, last, lines))}
</div>
</section>
</main>
</body>
</html>
`
}
