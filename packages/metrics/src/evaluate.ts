import { compileWith, type Engine } from '@vae/autograd'
import { weightedMean } from '@vae/models'
import { type Key, split, type Tensor } from '@vae/tensor'
import { estimate, include, type MeanEstimate, noExamples, type RunningMean } from './running-mean.ts'

/** Named numbers, one for each example of a batch. */
export type ExampleTerms<Name extends string> = Readonly<Record<Name, Tensor<[number]>>>

/** A batch as far as a mean must know it. */
export interface WeightedExamples {
  readonly weights: Tensor<[number]>
}

/**
 * The weighted mean of each term over the batch, as a part of a recorded function.
 *
 * ```ts
 * meanOfTerms({ kl: tensor([3], [1, 2, 30]) }, tensor([3], [1, 1, 0])) // → { kl: 1.5 }
 * ```
 */
export const meanOfTerms = <Name extends string>(
  terms: ExampleTerms<Name>,
  weights: Tensor<[number]>,
): Readonly<Record<Name, Tensor<[]>>> =>
  Object.fromEntries(
    Object.entries<Tensor<[number]>>(terms).map(([name, term]) => [name, weightedMean(term, weights)]),
    // Object.fromEntries forgets the names; they are those of `terms`.
  ) as Record<Name, Tensor<[]>>

/** The mean of each term over a whole dataset. */
export type DatasetMeans<Name extends string> = Readonly<Record<Name, MeanEstimate>>

/** Evaluates a model over batches. */
export interface Evaluator<P, S, Data, Name extends string> {
  /** Means over all batches. `pause` runs after each, to give the event loop a turn. */
  readonly run: (
    model: { readonly params: P; readonly state: S },
    batches: Iterable<Data>,
    key: Key,
    pause?: () => Promise<void>,
  ) => Promise<DatasetMeans<Name>>
  /** Gives the engine's memory back. */
  readonly close: () => void
}

/**
 * Means of per-example terms over a dataset, with standard errors. The terms of a batch are computed by the
 * engine and summed in f64, weighted, so padding of weight 0 changes nothing.
 *
 * Each batch draws its noise from the next key of a chain that starts at `key`: the same key, batches and
 * parameters give the same numbers. Other batch sizes pair examples with other noise, so the means differ by
 * sampling noise, far less than the standard error. (A key for each example would cost more than the model.)
 *
 * ```ts
 * const terms = negativeElboTerms(model.objective({ beta: ones([]) })<64>)
 * const evaluator = meanTerms(await wasmEngine(), terms)
 * const { negativeElbo } = await evaluator.run({ params, state: {} }, [batch], key(0))
 * negativeElbo.mean > 0 // → true
 * ```
 */
export const meanTerms = <P, S, Data extends WeightedExamples, Name extends string>(
  engine: Engine,
  terms: (params: P, state: S, batch: Data, key: Key) => ExampleTerms<Name>,
): Evaluator<P, S, Data, Name> => {
  const compiled = compileWith(engine)(terms)
  return {
    run: async ({ params, state }, batches, key, pause) => {
      const running: Partial<Record<Name, RunningMean>> = {}
      let [now, rest] = split(key)
      for (const batch of batches) {
        const values = compiled(params, state, batch, now)
        for (const name of Object.keys(values) as Name[])
          running[name] = include(running[name] ?? noExamples, values[name].data, batch.weights.data)
        ;[now, rest] = split(rest)
        await pause?.()
      }
      return Object.fromEntries(
        Object.entries<RunningMean>(running as Record<Name, RunningMean>).map(([name, mean]) => [
          name,
          estimate(mean),
        ]),
        // Object.fromEntries forgets the names; they are those of the terms.
      ) as Record<Name, MeanEstimate>
    },
    close: compiled.close,
  }
}
