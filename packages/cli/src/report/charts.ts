import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { MetricsLine } from '../run/metrics.ts'

/** A curve of a chart: its values per epoch, in nats per image. */
interface Curve {
  readonly name: string
  readonly of: (line: MetricsLine) => number
}

/** A chart of the report. */
export interface Chart {
  readonly title: string
  /** The chart in words, for those who do not see it. */
  readonly description: string
  /** An inline `<svg>` that takes its colours from the page. */
  readonly svg: string
}

/** Colours that the page defines, readable in light and dark. */
const colors = ['var(--train)', 'var(--test)']

const describe = (lines: readonly MetricsLine[], curves: readonly Curve[]): string =>
  curves
    .map(({ name, of }) => {
      const [first, last] = [lines[0]!, lines.at(-1)!]
      return `${name} from ${of(first).toFixed(2)} after epoch 1 to ${of(last).toFixed(2)} after epoch ${last.epoch}`
    })
    .join('; ')

const draw = (title: string, lines: readonly MetricsLine[], curves: readonly Curve[]): Chart => {
  const points = curves.flatMap(({ name, of }, index) =>
    lines.map((line) => ({ epoch: line.epoch, value: of(line), name, color: colors[index]! })),
  )
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    document,
    width: 350,
    height: 260,
    marginLeft: 40,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 40,
    style: { background: 'none', color: 'currentColor', fontSize: '12px', overflow: 'visible' },
    x: {
      label: 'epoch',
      ticks: Math.min(lines.length, 8),
      tickFormat: 'd',
      labelArrow: 'none',
      labelAnchor: 'center',
    },
    y: { label: 'nats per image', grid: true, nice: true, labelArrow: 'none' },
    marks: [
      Plot.line(points, { x: 'epoch', y: 'value', z: 'name', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(points, { x: 'epoch', y: 'value', fill: 'color', r: 2.5 }),
    ],
  })
  return { title, description: describe(lines, curves), svg: svg.outerHTML }
}

/** The loss curves of a run; none before the first epoch. */
export const lossCharts = (lines: readonly MetricsLine[]): readonly Chart[] =>
  lines.length === 0
    ? []
    : [
        draw('Negative ELBO', lines, [
          { name: 'train', of: ({ train }) => train.reconstruction + train.kl },
          { name: 'test', of: ({ test }) => test.negativeElbo },
        ]),
        draw('Reconstruction', lines, [
          { name: 'train', of: ({ train }) => train.reconstruction },
          { name: 'test', of: ({ test }) => test.reconstruction },
        ]),
        draw('KL divergence', lines, [
          { name: 'train', of: ({ train }) => train.kl },
          { name: 'test', of: ({ test }) => test.kl },
        ]),
      ]
