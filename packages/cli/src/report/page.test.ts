import { encodePng } from '@vae/data'
import { cast, zeros } from '@vae/tensor'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import type { RunConfig } from '../run/config.ts'
import type { MetricsLine } from '../run/metrics.ts'
import { reportPage } from './page.ts'

const config: RunConfig = {
  format: 'vae-run-1',
  name: '<b>"name" & more',
  model: { kind: 'mlp-vae', features: 784, hidden: 8, latent: 2 },
  data: { name: 'MNIST', folder: null, limit: null, trainImages: 60_000, testImages: 10_000 },
  training: { optimizer: 'adam', epochs: 3, batch: 128, learningRate: 1e-3, beta: 1, seed: 0 },
  engine: { name: 'wasm', features: 'simd128' },
  versions: { vae: '0.0.0', node: '20.20.2' },
}

const line = (epoch: number): MetricsLine => ({
  epoch,
  step: epoch * 468,
  train: { loss: 200 / epoch, reconstruction: 180 / epoch, kl: 20 / epoch },
  test: { negativeElbo: 190 / epoch, reconstruction: 171 / epoch, kl: 19 / epoch },
  beta: 1,
  learningRate: 1e-3,
  seconds: epoch === 2 ? null : 7,
})

const png = encodePng(cast(zeros([4, 4]), 'u8'))
const pageOf = (lines: readonly MetricsLine[]) =>
  reportPage({ config, lines, reconstructions: png, samples: png, interpolation: png })

describe('report', () => {
  const page = pageOf([line(1), line(2), line(3)])
  const { document } = parseHTML(page)

  it('needs nothing but itself', () => {
    expect(document.querySelectorAll('script, iframe, link[rel=stylesheet]')).toHaveLength(0)
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s]+)/g)].map(([, at]) => at)
    for (const address of addresses) expect(address).toMatch(/^data:/)
    expect(page).not.toMatch(/@import|https?:\/\/(?!www\.w3\.org)/)
  })

  it('draws three charts with names for those who do not see them', () => {
    const charts = [...document.querySelectorAll('.chart > svg')]
    expect(charts).toHaveLength(3)
    for (const chart of charts) {
      expect(chart.getAttribute('role')).toBe('img')
      expect(chart.getAttribute('aria-label')).toMatch(/: train from .* after epoch 3$/)
      expect(chart.textContent).toContain('nats per image')
    }
  })

  it('shows three pictures with descriptions and captions', () => {
    const figures = [...document.querySelectorAll('figure')]
    expect(figures).toHaveLength(3)
    for (const figure of figures) {
      expect(figure.querySelector('img')?.getAttribute('alt')).toMatch(/^(Rows|A grid) /)
      expect(figure.querySelector('figcaption')?.textContent).toMatch(/^\w+: /)
    }
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
