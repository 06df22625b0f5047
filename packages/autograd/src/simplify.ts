import type { Application, Tape, ValueId } from './tape.ts'

/**
 * The same tape without applications and constants that no output needs. Inputs stay: they are the signature.
 *
 * ```ts
 * const unused = (x: Tensor<[]>) => [exp(x), log(x)][0]
 * removeDeadCode(recordFunction(unused, [zeros([])]).tape).applications.length // → 1
 * ```
 */
export const removeDeadCode = (tape: Tape): Tape => {
  const needed = new Set<ValueId>(tape.outputs)
  const applications: Application[] = []
  for (const application of [...tape.applications].reverse()) {
    if (!application.results.some((id) => needed.has(id))) continue
    for (const id of application.operands) needed.add(id)
    applications.push(application)
  }
  return {
    ...tape,
    applications: applications.reverse(),
    constants: tape.constants.filter(({ id }) => needed.has(id)),
  }
}

/** JSON has no NaN, no infinities and no −0, which a `fill` may well have. */
const exactly = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: Object.is(value, -0) ? '-0' : String(value) }
    : value

/**
 * The same tape with equal applications (same primitive, parameters and operands) computed once.
 *
 * ```ts
 * const twice = (x: Tensor<[]>) => add(exp(x), exp(x))
 * shareCommonSubexpressions(recordFunction(twice, [zeros([])]).tape).applications.length // → 2
 * ```
 */
export const shareCommonSubexpressions = (tape: Tape): Tape => {
  const representative = new Map<ValueId, ValueId>()
  const resolve = (id: ValueId): ValueId => representative.get(id) ?? id
  const seen = new Map<string, readonly ValueId[]>()
  const applications: Application[] = []
  for (const application of tape.applications) {
    const operands = application.operands.map(resolve)
    const identity = `${application.primitive} ${operands.join(' ')} ${JSON.stringify(application.parameters, exactly)}`
    const earlier = seen.get(identity)
    if (earlier !== undefined) {
      application.results.forEach((id, index) => {
        representative.set(id, earlier[index]!)
      })
      continue
    }
    seen.set(identity, application.results)
    applications.push({ ...application, operands })
  }
  return { ...tape, applications, outputs: tape.outputs.map(resolve) }
}

/**
 * The passes that every compiled program goes through: a pure function from tape to tape.
 *
 * ```ts
 * const twice = (x: Tensor<[]>) => add(exp(x), exp(x))
 * simplify(recordFunction(twice, [zeros([])]).tape).applications.length // → 2
 * ```
 */
export const simplify = (tape: Tape): Tape => removeDeadCode(shareCommonSubexpressions(tape))
