import { folding } from './fold-constants.ts'
import { identities } from './identities.ts'
import { rewrite } from './rewrite.ts'
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
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? showNumber(value) : value

const showNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Parameters are numbers, strings, lists of numbers, or tapes. Most are not, and then JSON would be slow. */
const showParameter = (value: unknown): string => {
  if (typeof value === 'number') return showNumber(value)
  return typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value, exactly) : String(value)
}

/** Primitives whose operands may be exchanged without a change of any bit. */
const commutative: ReadonlySet<string> = new Set(['add', 'mul', 'and', 'or'])

/** What tells the results of an application from others. */
const identityOf = ({ primitive, operands, parameters }: Application): string => {
  const ordered = commutative.has(primitive) ? [...operands].sort((a, b) => a - b) : operands
  // 1/3 as the user wrote it and as float32 holds it fill alike.
  const held =
    primitive === 'fill' && parameters.dtype === 'f32'
      ? { ...parameters, value: Math.fround(parameters.value) }
      : parameters
  let identity = `${primitive} ${ordered.join(' ')}`
  for (const [name, value] of Object.entries(held)) identity += ` ${name}=${showParameter(value)}`
  return identity
}

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
  for (const recorded of tape.applications) {
    const application = { ...recorded, operands: recorded.operands.map(resolve) }
    const identity = identityOf(application)
    const earlier = seen.get(identity)
    if (earlier !== undefined) {
      application.results.forEach((id, index) => {
        representative.set(id, earlier[index]!)
      })
      continue
    }
    seen.set(identity, application.results)
    applications.push(application)
  }
  return { ...tape, applications, outputs: tape.outputs.map(resolve) }
}

/**
 * The passes that every compiled program goes through: a pure function from tape to tape, which gives the same bits.
 * Identities are applied, constants folded, common subexpressions shared and dead code removed.
 *
 * ```ts
 * const twice = (x: Tensor<[]>) => add(mul(exp(x), 1), exp(neg(neg(x))))
 * simplify(recordFunction(twice, [zeros([])]).tape).applications.length // → 2
 * ```
 */
export const simplify = (tape: Tape): Tape => {
  const simpler = removeDeadCode(shareCommonSubexpressions(rewrite(tape, identities, folding)))
  // What has become the same value may be what an identity waits for, as in max(x, x).
  return simpler.applications.length < tape.applications.length ? simplify(simpler) : simpler
}
