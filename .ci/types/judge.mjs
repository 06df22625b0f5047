import { matchesShape, readType } from './inferred.mjs'
import { sentenceAgrees } from './sentence.mjs'

/** The first call that the compiler complains about, and how. */
const firstComplaint = (complaints) =>
  complaints.toSorted(
    (a, b) => a.call - b.call || Number(a.states !== undefined) - Number(b.states !== undefined),
  )[0]

const finding = (kind, call, expected, found) => ({ kind, call, expected, found })

const messagesOf = ({ outcomes }) => outcomes.map(({ error }) => error?.message)

/** Compares what a compiler says about a program with what its run does. */
const judgeComplaint = ({ kind, names, calls }, { call, message, states }) => {
  const own = calls[call]
  if (states !== undefined) return finding('another type', call, states, message)
  if (!own.failed) return finding('refused, but runs', call, 'no complaint', message)
  // The run may stumble earlier, over a size that the compiler does not know.
  if (kind === 'unknown' && message.includes(`"${own.operation}`)) return undefined
  return sentenceAgrees(message, messagesOf(own), names)
    ? undefined
    : finding(
        'another sentence',
        call,
        messagesOf(own).find((text) => text !== undefined),
        message,
      )
}

/** What is wrong with the types of a program; undefined when they agree with its run. */
export const judge = (program, complaints, types) => {
  const complaint = firstComplaint(complaints)
  const until = complaint?.call ?? program.calls.length
  for (const [index, call] of program.calls.slice(0, until).entries()) {
    // An unknown size waits for the run.
    if (call.failed)
      return program.kind === 'unknown'
        ? undefined
        : finding(
            'accepted, but throws',
            index,
            messagesOf(call).find((text) => text !== undefined),
            'accepted',
          )
    const inferred = types?.get(call.name)
    if (program.kind === 'literal' || inferred === undefined) continue
    const problem = matchesShape(readType(inferred), call.outcomes)
    if (problem !== undefined) return finding('another type', index, problem, inferred)
  }
  return complaint === undefined ? undefined : judgeComplaint(program, complaint)
}
