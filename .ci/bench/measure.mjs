import { Failure } from '../process.mjs'
import { systems } from './systems.mjs'

/** Relative to the largest number that is compared. */
const tolerance = 1e-3
/** How long a sample takes at least, a warm-up, and all samples of one child at most, in milliseconds. */
const [sampleTime, warmUp, budget] = [150, 1000, 12_000]

export const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

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
const enter = async (system, start, folder, rounds, expected) => {
  const child = start(folder)
  try {
    const { check, version, threads } = await child.answer()
    const problem = expected && difference(check, expected)
    if (problem !== undefined) throw new Error(problem)
    const { each, times } = await calibrate(child)
    // one that is very slow takes part in some rounds only
    const stride = Math.ceil((rounds * each * times) / budget)
    return { system, version, threads, check, child, times, stride, samples: [] }
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

const enterAll = async (folder, rounds) => {
  const [ours, ...peers] = systems
  const first = await enter(ours, ours.starts[0], folder, rounds)
  if (first.absent !== undefined) throw new Failure(`The engine failed: ${first.absent}`)
  const contestants = [first]
  for (const peer of peers)
    for (const start of peer.starts) contestants.push(await enter(peer, start, folder, rounds, first.check))
  return contestants
}

/** The result of a contestant; `ratio` compares it with the engine in the same rounds. */
const resultOf = ({ system, version, threads, samples, absent }, ours) => {
  if (absent !== undefined) return { system, absent }
  const taken = [...samples.keys()].filter((round) => samples[round] !== undefined)
  const times = taken.map((round) => samples[round])
  return {
    system,
    version,
    threads,
    ms: median(times),
    fastest: Math.min(...times),
    ratio: median(taken.map((round) => samples[round] / ours.samples[round])),
  }
}

const faster = (a, b) => (b.absent !== undefined || a.ms <= b.ms ? a : b)

/**
 * Measures a work, of which all systems take a sample in each round, and calls `eachRound` between. Resolves to one
 * result for each system: the median time of an iteration, or why it is absent.
 */
export const measure = async (folder, rounds, eachRound) => {
  const contestants = await enterAll(folder, rounds)
  try {
    for (let round = 0; round < rounds; round++) {
      eachRound(round)
      // another order each time: no one always follows the same neighbour
      const turn = round % contestants.length
      for (const one of [...contestants.slice(turn), ...contestants.slice(0, turn)]) await sample(one, round)
    }
  } finally {
    for (const { child } of contestants) child?.close()
  }
  if (contestants[0].absent !== undefined) throw new Failure(`The engine failed: ${contestants[0].absent}`)
  const results = contestants.map((one) => resultOf(one, contestants[0]))
  return systems.map((system) =>
    results
      .filter((result) => result.system === system)
      .reduce((best, next) => (best.absent !== undefined ? next : faster(best, next))),
  )
}
