import type { AnyTensor, Primitive, PrimitiveParameters, TensorSpec } from '@vae/tensor'
import type { Application, Tape, TapeConstant, ValueId } from './tape.ts'

/** An application with one result, and what is known of its operands. */
export interface Site<P extends Primitive = Primitive> {
  readonly primitive: P
  readonly parameters: PrimitiveParameters[P]
  readonly operands: readonly ValueId[]
  /** The result. */
  readonly id: ValueId
  /** Shape and dtype of the result. */
  readonly result: TensorSpec
  readonly specOf: (id: ValueId) => TensorSpec
  /** The application that makes a value. */
  readonly makerOf: (id: ValueId) => Application | undefined
  /** The application that makes a value, if it is of this primitive. */
  readonly madeBy: <Q extends Primitive>(
    id: ValueId,
    primitive: Q,
  ) => Extract<Application, { readonly primitive: Q }> | undefined
  /** The tensor that a value always is. */
  readonly constantOf: (id: ValueId) => AnyTensor | undefined
}

/** A primitive with its parameters and operands. */
export type Applied = {
  readonly [P in Primitive]: {
    readonly primitive: P
    readonly parameters: PrimitiveParameters[P]
    readonly operands: readonly ValueId[]
  }
}[Primitive]

/** What stands for the result of an application: another value, a constant, or another application; null changes nothing. */
export type Replacement = ValueId | AnyTensor | Applied | null

/** One step towards a simpler tape. */
export type Rule = (site: Site) => Replacement

/**
 * Goes through a tape once, from the inputs on, and applies the first rule that changes an application until none
 * does. What a rule sees of the operands has been rewritten already.
 *
 * ```ts
 * const { tape } = recordFunction((x: Tensor<[2]>) => exp(neg(neg(x))), [zeros([2])])
 * const twice: Rule = ({ operands: [x], madeBy }) => madeBy(x!, 'neg')?.operands[0] ?? null
 * show(rewrite(tape, (site) => (site.primitive === 'neg' ? twice(site) : null)))
 * // → input  %0 0: f32[2]
 * //   %1: f32[2] = neg %0
 * //   %3: f32[2] = exp %0
 * //   output %3
 * ```
 */
export const rewrite = (tape: Tape, ...rules: readonly Rule[]): Tape => {
  const applications: Application[] = []
  const constants: TapeConstant[] = [...tape.constants]
  const makers = new Map<ValueId, Application>()
  const tensors = new Map(constants.map(({ id, tensor }) => [id, tensor]))
  const others = new Map<ValueId, ValueId>()
  const resolve = (id: ValueId): ValueId => others.get(id) ?? id
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const madeBy: Site['madeBy'] = (id, primitive) => {
    const maker = makers.get(id)
    return maker?.primitive === primitive ? (maker as never) : undefined
  }
  const known = {
    specOf,
    makerOf: (id: ValueId) => makers.get(id),
    madeBy,
    constantOf: (id: ValueId) => tensors.get(id),
  }

  const keep = (application: Application): void => {
    applications.push(application)
    for (const id of application.results) makers.set(id, application)
  }
  const visit = (application: Application): void => {
    const [id] = application.results as [ValueId]
    const site = { ...application, ...known, id, result: specOf(id) } as Site
    for (const rule of rules) {
      const replacement = rule(site)
      if (replacement === null) continue
      if (typeof replacement === 'number') others.set(id, replacement)
      else if ('primitive' in replacement) visit({ ...replacement, results: [id] } as Application)
      else {
        tensors.set(id, replacement)
        constants.push({ id, name: `folded${id}`, tensor: replacement })
      }
      return
    }
    keep(application)
  }
  for (const recorded of tape.applications) {
    const application = { ...recorded, operands: recorded.operands.map(resolve) }
    if (application.results.length === 1) visit(application)
    else keep(application)
  }
  return { ...tape, applications, constants, outputs: tape.outputs.map(resolve) }
}
