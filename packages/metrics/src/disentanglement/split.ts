import type { Tensor } from '@vae/tensor'
import { checkColumns } from '../refusal.ts'
import { type Factors, type Observations, observationsOf, valuesInOrder } from './observations.ts'

type CodesAndFactors = readonly [codes: Tensor<[number, number]>, factors: Factors<number, number>]

/** Training and test data whose values of factors have the same numbers. */
export interface SplitObservations {
  readonly training: Observations
  readonly test: Pick<Observations, 'count' | 'codes' | 'factors'>
}

/**
 * Training and test data, each as `observationsOf` makes it, which throws its sentences too. Test values get the
 * numbers that they have in training; throws a sentence for one that does not occur there.
 */
export const splitObservations = (
  operation: string,
  [codes, factors]: CodesAndFactors,
  [testCodes, testFactors]: CodesAndFactors,
): SplitObservations => {
  checkColumns(operation, 'training and test codes', codes, testCodes)
  checkColumns(operation, 'training and test factors', factors, testFactors)
  const training = observationsOf(operation, codes, factors)
  const test = observationsOf(operation, testCodes, testFactors)
  const known = valuesInOrder(factors)
  const columns = valuesInOrder(testFactors).map((values, f) => {
    const places = values.map((value) => known[f]!.indexOf(value))
    const missing = places.indexOf(-1)
    if (missing >= 0)
      throw new RangeError(`${operation}: factor ${f} is ${values[missing]} in test data only`)
    return test.factors[f]!.map((place) => places[place]!)
  })
  return { training, test: { ...test, factors: columns } }
}
