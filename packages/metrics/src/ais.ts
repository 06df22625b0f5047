import { compileWith, type Engine } from '@vae/autograd'
import { add, full, type Key, mul, numerics, split, type Tensor, tensor } from '@vae/tensor'
import { type AnnealingSchedule, checkSchedule } from './annealing-schedule.ts'
import type { WeightedExamples } from './evaluate.ts'
import { hamiltonianTransition } from './hamiltonian.ts'
import { type LogLikelihoodEstimate, logLikelihoodEstimate } from './log-likelihood.ts'
import { includeLogs, type LogMean, noLogs } from './log-mean.ts'
import { checkCount } from './refusal.ts'

/** What annealed importance sampling needs of a model: pure functions of B latents `[B, Z]`, one for each example. */
export interface AnnealedModel<P, Data> {
  /** A sample of the prior for each example, `[B, Z]`. */
  readonly samplePrior: (params: P, batch: Data, key: Key) => Tensor<[number, number]>
  /** log p(z) in nats, `[B]`. */
  readonly logPrior: (params: P, z: Tensor<[number, number]>) => Tensor<[number]>
  /** log p(x | z) in nats, `[B]`. */
  readonly logLikelihood: (params: P, batch: Data, z: Tensor<[number, number]>) => Tensor<[number]>
}

/** How far a long estimate is. */
export interface AnnealingProgress {
  /** Batches that are complete. */
  readonly batches: number
  /** Chains of the running batch that are complete; the first finds the step sizes. */
  readonly chains: number
  /** Steps of the running chain that are complete. */
  readonly steps: number
}

/** How long to anneal, and how. */
export interface AisOptions {
  /** Inverse temperatures, such as `linearSchedule(1000)`. */
  readonly schedule: AnnealingSchedule
  /** Independent chains for each example. */
  readonly chains: number
  readonly key: Key
  /** The size of the first leapfrog step of the run that finds the step sizes; 0.5 unless given. */
  readonly stepSize?: number
  /** Runs after each step, to give the event loop a turn and to show progress. */
  readonly pause?: (progress: AnnealingProgress) => Promise<void>
}

/** What annealing says of a data set. */
export interface AisEstimate extends LogLikelihoodEstimate {
  /** The share of proposals that were accepted; about 0.65 where the step sizes fit. */
  readonly acceptance: number
}

/** Estimates the negative log-likelihood of data sets by annealing. */
export interface AisEstimator<P, Data> {
  readonly run: (params: P, batches: Iterable<Data>, options: AisOptions) => Promise<AisEstimate>
  /** Gives the engine's memory back. */
  readonly close: () => void
}

/** The acceptance at which Hamiltonian Monte Carlo moves furthest (Beskos et al. 2013). */
const targetAcceptance = 0.65

/** By how much the logarithm of the step size follows a miss of the target. */
const adaptation = 0.2

/**
 * The negative log-likelihood by annealed importance sampling, in nats. Chains go from samples of the prior through the
 * densities p(z) p(x | z)^β, β along the schedule, to the posterior, by Hamiltonian Monte Carlo; each gives an unbiased
 * estimate of p(x), whatever its length. It needs no encoder, and beats importance sampling where the posterior of the
 * encoder is far from the true one. Like there, the NLL is too large on average, by less the more steps.
 *
 * For each batch one more chain comes first, which adapts the step size of each example to an acceptance of 0.65 and
 * whose estimate is not used. Those that are follow its step sizes, which therefore do not depend on them: adapting on the
 * way would bias the estimate. One step is one program of the engine, `leapfrogSteps` gradients long.
 *
 * Noise belongs to batches, not to examples: another batch size gives other numbers within the Monte-Carlo error.
 *
 * ```ts
 * const half = Math.log(2 * Math.PI) / 2
 * const logNormal = (x: Tensor<[number]>) => mul(add(square(x), 2 * half), -0.5)
 * // x = z + noise, both standard normal: p(x) is N(0, 2), and −log p(0) is 1.2655.
 * const estimator = annealedNll(referenceEngine, {
 *   samplePrior: (_: Tensor<[]>, { x }: { x: Tensor<[number]>; weights: Tensor<[number]> }, key) =>
 *     normal(key, [x.shape[0], 1]),
 *   logPrior: (_, z) => logNormal(reshape(z, [z.shape[0]])),
 *   logLikelihood: (_, { x }, z) => logNormal(sub(x, reshape(z, [x.shape[0]]))),
 * })
 * const batches = [{ x: zeros([1]), weights: ones([1]) }]
 * const options = { schedule: linearSchedule(10), chains: 10, key: key(0) }
 * const { nll, monteCarloError } = await estimator.run(zeros([]), batches, options)
 * Math.abs(nll.mean - 1.2655) < 4 * monteCarloError // → true
 * ```
 *
 * Throws a `RangeError` unless the schedule ascends from 0 to 1 and counts are whole numbers above 0.
 *
 * @see R. Neal, "Annealed importance sampling" (2001), equation 6; Y. Wu et al., "On the quantitative analysis of
 * decoder-based generative models" (ICLR 2017), section 3
 */
export const annealedNll = <P, Data extends WeightedExamples>(
  engine: Engine,
  { samplePrior, logPrior, logLikelihood }: AnnealedModel<P, Data>,
  leapfrogSteps = 10,
): AisEstimator<P, Data> => {
  checkCount('annealedNll', 'leapfrogSteps', leapfrogSteps)
  const start = compileWith(engine)(samplePrior)
  const step = compileWith(engine)(
    (
      params: P,
      batch: Data,
      z: Tensor<[number, number]>,
      beta: Tensor<[]>,
      rise: Tensor<[]>,
      stepSize: Tensor<[number]>,
      key: Key,
    ) => ({
      logWeight: mul(logLikelihood(params, batch, z), rise),
      ...hamiltonianTransition(
        (at) => add(logPrior(params, at), mul(logLikelihood(params, batch, at), beta)),
        z,
        stepSize,
        leapfrogSteps,
        key,
      ),
    }),
  )

  /** Runs one chain for each example; `stepSizeOf` says how far step t goes, `done` hears what it did. */
  const runChain = async (
    params: P,
    batch: Data,
    schedule: AnnealingSchedule,
    key: Key,
    stepSizeOf: (t: number) => Tensor<[number]>,
    done: (t: number, acceptance: Float32Array) => Promise<void> | undefined,
  ): Promise<Float64Array> => {
    const [forStart, forSteps] = split(key)
    let z = start(params, batch, forStart)
    let rest = forSteps
    const logWeights = new Float64Array(z.shape[0])
    for (let t = 1; t < schedule.length; t++) {
      const [now, next] = split(rest)
      rest = next
      const beta = full([], schedule[t]!)
      // The difference in f64: of two neighbouring f32 numbers little would be left.
      const rise = full([], schedule[t]! - schedule[t - 1]!)
      const moved = step(params, batch, z, beta, rise, stepSizeOf(t), now)
      for (const [i, logWeight] of moved.logWeight.data.entries()) logWeights[i]! += logWeight
      z = moved.z
      await done(t, moved.acceptance.data)
    }
    return logWeights
  }

  return {
    run: async (params, batches, { schedule, chains, key, stepSize = 0.5, pause }) => {
      checkSchedule('annealedNll', schedule)
      checkCount('annealedNll', 'chains', chains)
      const logMeans: LogMean[] = []
      const weights: number[] = []
      const accepted = { sum: 0, count: 0 }
      let done = 0
      let [now, rest] = split(key)
      for (const batch of batches) {
        const counts = batch.weights.data
        const [forAdaptation, ...forChains] = split(now, chains + 1)
        const stepSizes: Tensor<[number]>[] = [full([counts.length], stepSize)]
        await runChain(
          params,
          batch,
          schedule,
          forAdaptation!,
          (t) => stepSizes[t - 1]!,
          (t, acceptance) => {
            const adapted = stepSizes[t - 1]!.data.map(
              (size, i) => size * numerics.exp(adaptation * (acceptance[i]! - targetAcceptance)),
            )
            stepSizes.push(tensor([counts.length], adapted))
            return pause?.({ batches: done, chains: 0, steps: t })
          },
        )
        let running = Array.from(counts, () => noLogs)
        for (const [chain, forChain] of forChains.entries()) {
          const logWeights = await runChain(
            params,
            batch,
            schedule,
            forChain,
            (t) => stepSizes[t - 1]!,
            (t, acceptance) => {
              for (const [i, probability] of acceptance.entries()) {
                if (counts[i] === 0) continue
                accepted.sum += probability
                accepted.count++
              }
              return pause?.({ batches: done, chains: chain + 1, steps: t })
            },
          )
          running = running.map((mean, i) => includeLogs(mean, [logWeights[i]!]))
        }
        for (const [i, weight] of counts.entries()) {
          if (weight === 0) continue
          logMeans.push(running[i]!)
          weights.push(weight)
        }
        done++
        ;[now, rest] = split(rest)
      }
      return { ...logLikelihoodEstimate({ logMeans, weights }), acceptance: accepted.sum / accepted.count }
    },
    close: () => {
      start.close()
      step.close()
    },
  }
}
