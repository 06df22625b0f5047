import { epochOrder } from '@vae/data'
import { aggregateDivergences } from '@vae/metrics'
import { type DiagonalGaussian, sampleGaussian } from '@vae/models'
import { gather, slice, type TensorOf, tensor } from '@vae/tensor'
import { count } from '../display/text.ts'
import { estimateOf } from './figure.ts'
import { keys } from './keys.ts'
import type { Metric } from './metric.ts'
import { gaussiansOf, hasClosedForms, hasGaussianPosteriors } from './posteriors.ts'

/** Exponentials that the estimate may take: about ten seconds. */
const mostExponentials = 2e8

/** How many samples of q(z) there is time for: each is compared with every posterior in every dimension. */
export const samplesFor = (posteriors: number, dimensions: number): number =>
  Math.max(1, Math.min(posteriors, Math.floor(mostExponentials / (posteriors * (dimensions + 1)))))

/** Posteriors in the order of `rows`. */
const selected = (
  { mean, logVar }: DiagonalGaussian<number, number>,
  rows: TensorOf<[number], 'i32'>,
): DiagonalGaussian<number, number> => ({ mean: gather(mean, rows, 0), logVar: gather(logVar, rows, 0) })

/** What the KL of the data set is made of. */
export const aggregate: Metric = {
  name: 'aggregate',
  description:
    'what the KL is made of: mutual information, total correlation and, for a standard normal prior, dimension-wise KL',
  appliesTo: hasGaussianPosteriors,
  measure: async (measured) => {
    const { description } = measured
    const found = await gaussiansOf(measured, measured.seen())
    const [examples, dimensions] = found.mean.shape
    // The samples are those of the first posteriors, so these are a random choice.
    const order = tensor([examples], [...epochOrder(keys.order, examples)], 'i32')
    const posteriors = selected(found, order)
    const samples = samplesFor(examples, dimensions)
    const first = selected(found, slice(order, 0, 0, samples))
    await measured.pause(0)
    const { mutualInformation, totalCorrelation, dimensionWiseKlSum } = aggregateDivergences(
      posteriors,
      sampleGaussian(first, keys.aggregate),
    )
    const unit = `nats per ${description.noun}, at ${count(samples)} samples of q(z)`
    return [
      {
        name: 'mutualInformationOfCodes',
        title: 'mutual information of x and z',
        unit,
        ...estimateOf(mutualInformation),
      },
      {
        name: 'totalCorrelationOfCodes',
        title: 'total correlation of q(z)',
        unit,
        ...estimateOf(totalCorrelation),
      },
      // Of other priors it has no closed form.
      ...(hasClosedForms(measured)
        ? [
            {
              name: 'dimensionWiseKlOfCodes',
              title: 'dimension-wise KL, sum',
              unit,
              ...estimateOf(dimensionWiseKlSum),
            },
          ]
        : []),
    ]
  },
}
