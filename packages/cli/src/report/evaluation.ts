import { metrics } from '../metrics/all.ts'
import { preciseFigure } from '../metrics/figure.ts'
import type { RunEvaluation } from '../run/evaluation.ts'
import { escapeHtml } from './html.ts'

type Measured = RunEvaluation['metrics'][string]
type Figure = Measured['figures'][number]

const row = ({ title, value, standardError, unit }: Figure): string => {
  const error = standardError === null ? '–' : preciseFigure(standardError)
  return `<tr><th scope="row">${escapeHtml(title)}</th><td>${preciseFigure(value)}</td><td>${error}</td><td>${escapeHtml(unit)}</td></tr>`
}

const table = (caption: string, figures: readonly Figure[]): string => `<table class="wide">
<caption>${escapeHtml(caption)}</caption>
<thead><tr><th scope="col">figure</th><th scope="col">value</th><th scope="col">standard error</th><th scope="col">unit</th></tr></thead>
<tbody>
${figures.map(row).join('\n')}
</tbody>
</table>`

/** What was measured, in the order in which it is printed; names that this version does not know come last. */
const inOrder = (evaluation: RunEvaluation): readonly Measured[] => {
  const known = metrics.map(({ name }) => name)
  const strangers = Object.keys(evaluation.metrics).filter((name) => !known.includes(name))
  return [...known, ...strangers].flatMap((name) => evaluation.metrics[name] ?? [])
}

/**
 * The figures of `vae evaluate` after each epoch that has some, the latest first; those of another epoch than that of the
 * report say so. Nothing, where nothing was measured.
 */
export const evaluationSection = (evaluation: RunEvaluation, epoch: number): string => {
  const measured = inOrder(evaluation)
  const epochs = [...new Set(measured.map((found) => found.epoch))].sort((a, b) => b - a)
  if (epochs.length === 0) return ''
  const tables = epochs.map((at) =>
    table(
      `vae evaluate after epoch ${at}${at === epoch ? '' : `: not the model of this report, which is that of epoch ${epoch}`}`,
      measured.filter((found) => found.epoch === at).flatMap(({ figures }) => figures),
    ),
  )
  return `<section>
<h2>Evaluation</h2>
${tables.join('\n')}
</section>
`
}
