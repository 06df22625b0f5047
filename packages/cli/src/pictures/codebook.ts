import * as Plot from '@observablehq/plot'
import { codebookUse } from '@vae/metrics'
import type { CodeCounts } from '../metrics/batch-metric.ts'
import type { Drawing } from './drawing.ts'
import { colors, plotDocument, plotStyle, svgText } from './plot.ts'

/** How often each code is chosen, codes in the order of their use, with a panel for each codebook. */
export const codebookDrawing = (counts: CodeCounts): Drawing => {
  const bars = counts.flatMap((count, index) => {
    const total = count.reduce((sum, value) => sum + value, 0)
    return Array.from(count)
      .sort((a, b) => b - a)
      .map((value, rank) => ({
        rank,
        share: (100 * value) / total,
        panel: counts.length === 1 ? '' : `codebook ${index + 1}`,
      }))
  })
  const words = counts
    .map((count, index) => {
      const { used, perplexity } = codebookUse(count)
      const name = counts.length === 1 ? '' : `codebook ${index + 1}: `
      return `${name}${used} of ${count.length} codes used, perplexity ${perplexity.toFixed(1)}`
    })
    .join('; ')
  const svg = Plot.plot({
    document: plotDocument(),
    width: 720,
    height: 60 + 140 * counts.length,
    marginLeft: 50,
    marginRight: counts.length === 1 ? 12 : 90,
    marginBottom: 40,
    style: plotStyle,
    x: { label: 'codes by use', labelArrow: 'none', labelAnchor: 'center', grid: false },
    y: { label: '% of choices', grid: true, labelArrow: 'none' },
    fy: { label: null, axis: counts.length === 1 ? null : 'right' },
    marks: [
      Plot.rectY(bars, {
        x1: 'rank',
        x2: ({ rank }: { readonly rank: number }) => rank + 1,
        y: 'share',
        fy: 'panel',
        fill: colors.second,
        insetLeft: 0,
        insetRight: 0,
      }),
      Plot.ruleY([0]),
    ],
  })
  return {
    name: 'codebook',
    content: { type: 'svg', svg: svgText(svg) },
    alt: `Bars that show how often each code is used: ${words}`,
    caption: `Codebook: how often test examples choose each code, most used first; ${words}.`,
    isWide: true,
  }
}
