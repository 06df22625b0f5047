import type { Primitive } from '@vae/tensor'
import { folding } from './fold-constants.ts'
import { identities } from './identities.ts'
import { type Rule, rewrite, type Site } from './rewrite.ts'
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

/** Primitives whose operands may be exchanged without a change of any bit. */
const commutative: ReadonlySet<Primitive> = new Set<Primitive>(['add', 'mul', 'and', 'or'])

/** What tells the result of an application from others. */
const identityOf = ({ primitive, operands, parameters }: Site): string => {
  const ordered = commutative.has(primitive) ? [...operands].sort((a, b) => a - b) : operands
  // 1/3 as the user wrote it and as float32 holds it fill alike.
  const held =
    'value' in parameters && parameters.dtype === 'f32' ? { value: Math.fround(parameters.value) } : {}
  return `${primitive} ${ordered.join(' ')} ${JSON.stringify({ ...parameters, ...held }, exactly)}`
}

/** Keeps the first of equal applications. */
const sharing = (): Rule => {
  const seen = new Map<string, ValueId>()
  return (site) => {
    const { id } = site
    const identity = identityOf(site)
    const earlier = seen.get(identity)
    if (earlier === undefined) seen.set(identity, id)
    return earlier ?? null
  }
}

/**
 * The same tape with equal applications (same primitive, parameters and operands) computed once.
 *
 * ```ts
 * const twice = (x: Tensor<[]>) => add(exp(x), exp(x))
 * shareCommonSubexpressions(recordFunction(twice, [zeros([])]).tape).applications.length // → 2
 * ```
 */
export const shareCommonSubexpressions = (tape: Tape): Tape => rewrite(tape, sharing())

/**
 * The passes that every compiled program goes through: a pure function from tape to tape, which gives the same bits.
 * Constants are folded, identities applied and common subexpressions shared in one pass, then dead code goes.
 *
 * ```ts
 * const twice = (x: Tensor<[]>) => add(mul(exp(x), 1), exp(neg(neg(x))))
 * simplify(recordFunction(twice, [zeros([])]).tape).applications.length // → 2
 * ```
 */
export const simplify = (tape: Tape): Tape => removeDeadCode(rewrite(tape, folding, identities, sharing()))
