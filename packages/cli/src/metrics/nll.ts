import { exampleCount, take } from '@vae/data'
import { sizeOf } from '@vae/tensor'
import { estimateOf, valueOnly } from './figure.ts'
import {
  densityOf,
  examplesWords,
  hasLikelihood,
  sampledNll,
  samplesWords,
  workFor,
} from './log-likelihood.ts'
import type { Measured, Metric, Row } from './metric.ts'

/** Multiplications that a negative log-likelihood may take: two to three minutes on two cores. */
const mostMultiplications = 5e12

/** Examples that are measured at least, however much a model takes. */
const fewestExamples = 100

/** How many of the test examples are measured: all, unless that would take very long. */
export const examplesFor = (multiplications: number, available: number, samples: number): number =>
  Math.min(available, Math.max(fewestExamples, Math.floor(mostMultiplications / (multiplications * samples))))

/** −log p(x) by importance sampling. */
export const nll: Metric = {
  name: 'nll',
  description:
    'the negative log-likelihood by importance sampling, --samples from the posterior of each example',
  appliesTo: hasLikelihood,
  measure: async (measured: Measured): Promise<readonly Row[]> => {
    const { description, samples } = measured
    const { noun, shape } = description
    const all = measured.seen()
    const { multiplications } = workFor(measured)
    const data = take(examplesFor(multiplications, exampleCount(all), samples))(all)
    const found = await sampledNll(measured, data, measured.pause)
    const of =
      exampleCount(data) < exampleCount(all) ? `, over ${examplesWords(exampleCount(data), noun)}` : ''
    const unit = `nats per ${noun}, ${samplesWords(samples)}${of}`
    const { mean, standardError } = found.nll
    const bits = 1 / (sizeOf(shape) * Math.LN2)
    return [
      { name: 'nll', title: 'NLL', unit, ...estimateOf(found.nll) },
      ...(densityOf(measured).likelihood === 'of levels'
        ? [
            {
              name: 'bitsPerDimension',
              title: 'NLL per dimension',
              unit: `bits${of}`,
              ...estimateOf({ mean: mean * bits, standardError: standardError * bits }),
            },
          ]
        : []),
      // Of one sample nothing is known of its error.
      ...(samples === 1
        ? []
        : [
            {
              name: 'nllMonteCarloError',
              title: 'NLL, error of the sampling',
              unit: `nats per ${noun}`,
              ...valueOnly(found.monteCarloError),
            },
          ]),
    ]
  },
}
