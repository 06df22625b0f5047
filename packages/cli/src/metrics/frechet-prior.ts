import { frechetAggregate } from '@vae/metrics'
import { valueOnly } from './figure.ts'
import type { Metric } from './metric.ts'
import { gaussiansOf, hasClosedForms } from './posteriors.ts'

/** How far q(z) is from the prior, as far as mean and covariance tell. */
export const frechetPrior: Metric = {
  name: 'frechet-prior',
  description: 'the squared Fréchet distance between q(z) and N(0, I)',
  appliesTo: hasClosedForms,
  measure: async (measured) => [
    {
      name: 'frechetToPrior',
      title: 'Fréchet distance of q(z) to the prior',
      unit: 'squared units of the latent space',
      ...valueOnly(frechetAggregate(await gaussiansOf(measured, measured.seen()))),
    },
  ],
}
