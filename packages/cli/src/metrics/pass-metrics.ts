import type { PassName } from './batch-metric.ts'
import type { Metric } from './metric.ts'

const descriptions: Readonly<Record<PassName, string>> = {
  elbo: 'the negative evidence lower bound, its terms, and the bound that was trained',
  reconstruction: 'the reconstruction error that was trained, and the losses beside it',
  'squared-error': 'the mean squared error of reconstructions',
  'active-units': 'latent units whose posterior means vary over the examples',
  codebook: 'usage and perplexity of each codebook over all examples',
}

/** What one pass over the data tells, in the order in which models bring it along. */
export const passMetrics: readonly Metric[] = Object.entries(descriptions).map(
  ([name, description]): Metric => ({
    name,
    description,
    appliesTo: ({ model }) => model.metrics.some((metric) => metric.name === name),
    measure: async ({ model, pass }) => {
      const estimates = await pass()
      return model.metrics
        .filter((metric) => metric.name === name)
        .flatMap(({ figures }) => figures.map((info) => ({ ...info, ...estimates[info.name]! })))
    },
  }),
)
