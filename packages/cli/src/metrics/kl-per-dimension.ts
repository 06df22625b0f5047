import { klPerDimension as klOf } from '@vae/metrics'
import { estimateOf } from './figure.ts'
import type { Metric } from './metric.ts'
import { gaussiansOf, hasClosedForms } from './posteriors.ts'

/** What each latent dimension costs. */
export const klPerDimension: Metric = {
  name: 'kl-per-dimension',
  description: 'KL(q(z | x) ‖ p(z)) of each latent dimension, where it has a closed form',
  appliesTo: hasClosedForms,
  measure: async (measured) =>
    klOf(await gaussiansOf(measured, measured.seen())).map((mean, index) => ({
      name: `klOfDimension${index + 1}`,
      title: `KL of dimension ${index + 1}`,
      unit: `nats per ${measured.description.noun}`,
      ...estimateOf(mean),
    })),
}
