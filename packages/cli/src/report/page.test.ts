import { encodePng } from '@vae/data'
import { cast, zeros } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { describeData } from '../data.ts'
import { settingsFrom } from '../models/registry.ts'
import { codebookDrawing } from '../pictures/codebook.ts'
import type { Drawing } from '../pictures/drawing.ts'
import { modelOf, type RunConfig } from '../run/config.ts'
import { noEvaluation } from '../run/evaluation.ts'
import type { MetricsLine } from '../run/metrics.ts'
import { reportPage } from './page.ts'

const settings = settingsFrom('vae', { hidden: [8], latent: 2 }, describeData('mnist'), 1000)

const config: RunConfig = {
  format: 'vae-run-2',
  name: '<b>"name" & more',
  model: settings,
  data: {
    name: 'mnist',
    folder: null,
    limit: null,
    binarise: 'none',
    trainExamples: 60_000,
    testExamples: 10_000,
  },
  training: { optimizer: 'adam', epochs: 3, batch: 128, learningRate: 1e-3, seed: 0 },
  engine: { name: 'wasm', features: 'simd128' },
  versions: { vae: '0.0.0', node: '20.20.2' },
}

const built = modelOf(config)
if (E.isLeft(built)) throw new Error(built.left.message)
const model = built.right

const line = (epoch: number): MetricsLine => ({
  epoch,
  step: epoch * 468,
  train: { loss: 200 / epoch, reconstruction: 180 / epoch, kl: 20 / epoch, negativeElbo: 200 / epoch },
  test: {
    negativeElbo: 190 / epoch,
    reconstruction: 171 / epoch,
    kl: 19 / epoch,
    meanSquaredError: 0.02 / epoch,
    activeUnits: 2,
  },
  weights: { beta: 1 },
  learningRate: 1e-3,
  seconds: epoch === 2 ? null : 7,
})

const png = { type: 'png', bytes: encodePng(cast(zeros([4, 4]), 'u8')) } as const
const drawing = {
  name: 'samples',
  content: png,
  alt: 'A grid of "images"',
  caption: 'Samples: drawn.',
  isWide: false,
}
const drawings: readonly Drawing[] = [
  drawing,
  { ...drawing, content: { type: 'svg', svg: '<svg viewBox="0 0 1 1"></svg>' } },
  codebookDrawing([Float64Array.of(3, 0, 1), Float64Array.of(1, 1, 2)]),
]
const pageOf = (lines: readonly MetricsLine[]) =>
  reportPage({ config, model, lines, drawings, evaluation: noEvaluation, epoch: lines.length })

describe('report', () => {
  const page = pageOf([line(1), line(2), line(3)])
  const { document } = parseHTML(page)

  it('needs nothing but itself', () => {
    expect(document.querySelectorAll('script, iframe, link[rel=stylesheet]')).toHaveLength(0)
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s]+)/g)].map(([, at]) => at)
    for (const address of addresses) expect(address).toMatch(/^data:/)
    expect(page).not.toMatch(/@import|https?:\/\/(?!www\.w3\.org)/)
  })

  it('draws a chart of each figure, with a name for those who do not see it', () => {
    const charts = [...document.querySelectorAll('.chart')]
    expect(charts.map((chart) => chart.querySelector('h3')!.textContent)).toEqual([
      '−ELBO',
      'Reconstruction',
      'KL',
      'Squared error',
      'Active units',
    ])
    for (const chart of charts.slice(0, 3)) {
      const svg = chart.querySelector('svg')!
      expect(svg.getAttribute('role')).toBe('img')
      expect(svg.getAttribute('aria-label')).toMatch(
        /: train from .* after epoch 3; test from .* after epoch 3$/,
      )
      expect(svg.textContent).toContain('nats per image')
    }
  })

  it('shows pictures of both kinds with descriptions and captions', () => {
    const figures = [...document.querySelectorAll('figure')]
    expect(figures).toHaveLength(3)
    expect(figures[0]!.querySelector('img')!.getAttribute('alt')).toBe('A grid of "images"')
    for (const figure of figures.slice(1))
      expect(figure.querySelector('svg')!.getAttribute('aria-label')).toMatch(/^(A grid|Bars) /)
    for (const figure of figures) expect(figure.querySelector('figcaption')?.textContent).toMatch(/^\w+: /)
    expect(figures[2]!.textContent).toContain('codebook 1: 2 of 3 codes used, perplexity 1.8')
  })

  it('follows the colour scheme of the reader', () => {
    expect(page).toContain('color-scheme: light dark')
    expect(page).toContain('@media (prefers-color-scheme: dark)')
  })

  it('shows the figures of the last epoch', () => {
    expect(document.querySelector('.figures')?.textContent).toContain('63.33')
    expect(document.querySelector('h1')?.textContent).toBe(config.name)
  })

  it('can be written for one epoch', () => {
    expect(pageOf([line(1)])).toContain('</svg>')
  })
})
