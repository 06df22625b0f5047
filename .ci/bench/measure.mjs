import { Failure } from '../process.mjs'
import { median, quantile } from './statistics.mjs'
import { entrants } from './systems.mjs'

/** Relative to the largest number that is compared. */
const tolerance = 1e-3
/** How long a sample takes at least, a warm-up, and all samples of one child at most, in milliseconds. */
const [sampleTime, warmUp, budget] = [150, 1000, 12_000]

/** What is wrong with a result, or undefined. */
const difference = (found, expected) => {
  const scale = Math.max(...expected.map(Math.abs))
  const wrong = expected.findIndex((value, i) => !(Math.abs(found[i] - value) <= tolerance * scale))
  return wrong < 0 ? undefined : `its result ${wrong + 1} is ${found[wrong]}, not ${expected[wrong]}`
}

/** Runs until caches and compilers have settled; how many iterations make a sample. */
const calibrate = async (child) => {
  let [times, spent, each] = [1, 0, 0]
  while (spent < warmUp) {
    const { ms } = await child.ask(times)
    spent += ms
    each = ms / times
    if (ms < sampleTime / 2) times *= 2
  }
  return { each, times: Math.max(1, Math.round(sampleTime / each)) }
}

/** A child that computes what it should and is warm, or why there is none. */
const enter = async ({ system, start }, folder, rounds, expected) => {
  const child = start(folder)
  try {
    const { check, version, threads, firstStep } = await child.answer()
    const problem = expected && difference(check, expected)
    if (problem !== undefined) throw new Error(problem)
    const { each, times } = await calibrate(child)
    // one that is very slow takes part in some rounds only
    const stride = Math.ceil((rounds * each * times) / budget)
    return { system, version, threads, firstStep, check, child, times, stride, samples: [] }
  } catch (error) {
    child.close()
    return { system, absent: error.message }
  }
}

/** One sample of a contestant. One that fails here leaves the contest. */
const sample = async (contestant, round) => {
  if (contestant.absent !== undefined || round % contestant.stride !== 0) return
  try {
    const { ms } = await contestant.child.ask(contestant.times)
    contestant.samples[round] = ms / contestant.times
  } catch (error) {
    contestant.absent = error.message
  }
}

/** The median of the ratios of the rounds in which both took a sample: both had the same neighbours then. */
const ratio = (samples, others) =>
  median([...samples.keys()].filter((at) => samples[at] && others[at]).map((at) => samples[at] / others[at]))

const resultOf = ({ system, version, threads, firstStep, samples, absent }, ours) => {
  if (absent !== undefined) return { system, absent }
  const times = samples.filter((ms) => ms !== undefined)
  const ms = median(times)
  return {
    system,
    version,
    threads,
    firstStep,
    ms,
    fastest: Math.min(...times),
    spread: (quantile(times, 0.75) - quantile(times, 0.25)) / ms,
    ratios: ours.map((one) => ratio(samples, one.samples)),
  }
}

/** A reason for absence is told once for each system. */
const withoutRepetition = (results) =>
  results.filter(
    ({ system, absent }, at) =>
      absent === undefined || results.findIndex((one) => one.system.name === system.name) === at,
  )

/**
 * Measures a work, of which all entrants take a sample in each round, and calls `eachRound` between. Resolves to one
 * result for each: the median time of an iteration with its spread, and `ratios` to the engine in each number of
 * threads; or why it is absent. Throws a `Failure` if the engine is.
 */
export const measure = async (folder, options, { beforeEntering, eachRound }) => {
  const { threads, rounds } = options
  const contestants = []
  const checkOurs = () => {
    const failed = contestants.slice(0, threads.length).find(({ absent }) => absent !== undefined)
    if (failed !== undefined) throw new Failure(`The engine failed: ${failed.absent}`)
  }
  try {
    for (const one of entrants(options)) {
      beforeEntering(one.system)
      contestants.push(await enter(one, folder, rounds, contestants[0]?.check))
      checkOurs()
    }
    for (let round = 0; round < rounds; round++) {
      await eachRound(round)
      // another order each time: no one always follows the same neighbour
      const turn = round % contestants.length
      for (const one of [...contestants.slice(turn), ...contestants.slice(0, turn)]) await sample(one, round)
    }
  } finally {
    for (const { child } of contestants) child?.close()
  }
  checkOurs()
  const ours = contestants.slice(0, threads.length)
  return withoutRepetition(contestants.map((one) => resultOf(one, ours)))
}
