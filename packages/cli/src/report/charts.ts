import * as Plot from '@observablehq/plot'
import { type FigureInfo, showFigure } from '../metrics/figure.ts'
import type { RunModel } from '../models/run-model.ts'
import { colors, plotDocument, plotStyle } from '../pictures/plot.ts'
import type { MetricsLine } from '../run/metrics.ts'

/** A curve of a chart: its values per epoch. */
interface Curve {
  readonly name: 'train' | 'test'
  readonly of: (line: MetricsLine) => number | undefined
}

/** A chart of the report. */
export interface Chart {
  readonly title: string
  /** The chart in words, for those who do not see it. */
  readonly description: string
  /** An inline `<svg>` that takes its colours from the page. */
  readonly svg: string
}

const colorOf = { train: colors.first, test: colors.second } as const

const describe = (lines: readonly MetricsLine[], curves: readonly Curve[]): string =>
  curves
    .map(({ name, of }) => {
      const [first, last] = [lines[0]!, lines.at(-1)!]
      return `${name} from ${showFigure(of(first)!)} after epoch 1 to ${showFigure(of(last)!)} after epoch ${last.epoch}`
    })
    .join('; ')

const capital = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1)

const draw = (
  { title, unit }: FigureInfo,
  lines: readonly MetricsLine[],
  curves: readonly Curve[],
): Chart => {
  const points = curves.flatMap(({ name, of }) =>
    lines.map((line) => ({ epoch: line.epoch, value: of(line), name, color: colorOf[name] })),
  )
  const svg = Plot.plot({
    document: plotDocument(),
    width: 350,
    height: 260,
    marginLeft: 48,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 40,
    style: plotStyle,
    x: {
      label: 'epoch',
      ticks: Math.min(lines.length, 8),
      tickFormat: 'd',
      labelArrow: 'none',
      labelAnchor: 'center',
    },
    y: { label: unit, grid: true, nice: true, labelArrow: 'none', zero: isShare(unit) },
    marks: [
      Plot.line(points, { x: 'epoch', y: 'value', z: 'name', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(points, { x: 'epoch', y: 'value', fill: 'color', r: 2.5 }),
    ],
  })
  return { title: capital(title), description: describe(lines, curves), svg: svg.outerHTML }
}

/** Whether a unit is that of a part of something, which is best seen from 0 on. */
const isShare = (unit: string): boolean => /^(of|%) /.test(unit)

/** The figures of single codebooks, of which the codebook picture tells: too many for charts of their own. */
const isOfOneCodebook = ({ name }: FigureInfo): boolean => /\d$/.test(name)

/** The curves of a run, each figure by the name that training and test share; none before the first epoch. */
export const chartsOf = (
  { terms, metrics }: Pick<RunModel, 'terms' | 'metrics'>,
  lines: readonly MetricsLine[],
): readonly Chart[] => {
  if (lines.length === 0) return []
  const tested = metrics.flatMap(({ figures }) => figures)
  const names = new Set<string>()
  const infos = [...tested, ...terms].filter((info) => {
    if (names.has(info.name) || isOfOneCodebook(info)) return false
    names.add(info.name)
    return true
  })
  return infos.flatMap((info) => {
    const curves: Curve[] = (['train', 'test'] as const)
      .map((name): Curve => ({ name, of: (line) => line[name][info.name] }))
      .filter(({ of }) => lines.every((line) => of(line) !== undefined))
    return curves.length === 0 ? [] : [draw(info, lines, curves)]
  })
}
