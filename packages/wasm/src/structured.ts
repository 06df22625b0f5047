import type { Structured, StructuredParameters, Tape, ValueId } from '@vae/autograd'
import type { BufferPlace } from './buffer.ts'
import type { StructuredNode } from './node.ts'
import type { Plan, PlanOptions, Port } from './plan.ts'
import type { Body, StructuredStep, Transfer } from './step.ts'
import { bytesOf } from './storages.ts'

/** How a body is planned that runs `repeats` times (once unless given) in its step. */
export type BodyOptions = Pick<PlanOptions, 'keepInputs' | 'repeats'>

/** What the lowering of a structured primitive is given. */
interface Context<S extends Structured> {
  readonly parameters: StructuredParameters[S]
  /** Where operands and results lie. */
  readonly operands: readonly BufferPlace[]
  readonly results: readonly BufferPlace[]
  readonly planBody: (body: Tape, options: BodyOptions) => Plan
  /** Memory for bodies, during this step. */
  readonly reserve: (bytes: number) => BufferPlace
}

type StructuredLowering<S extends Structured> = (context: Context<S>) => StructuredStep<BufferPlace>

const inlined = (primitive: Structured) => (): never => {
  throw new TypeError(`${primitive} must be inlined before it is planned`)
}

/** Where a port of a body lies: all its memory is scratch. */
const offsetOf = ({ buffers }: Plan, { buffer }: Port): number => buffers[buffer]!.offset

const transfers = (
  plan: Plan,
  outer: readonly BufferPlace[],
  ports: readonly Port[],
): Transfer<BufferPlace>[] =>
  ports.map((port, index) => ({
    outer: outer[index]!,
    inner: offsetOf(plan, port),
    bytes: bytesOf(port),
  }))

/**
 * The moves from what a step gives to what the next one takes. A carry that is handed on from another carry is set aside
 * first, at `spare` and after it, since the other one may be written before it is read.
 */
const carryOver = (plan: Plan, carries: number, spare: number) => {
  const taken = new Set(plan.inputs.map(({ buffer }) => buffer))
  const moves = plan.outputs.slice(0, carries).flatMap((output, index) => {
    const input = plan.inputs[index]!
    const from = offsetOf(plan, output)
    const to = offsetOf(plan, input)
    const move = { from, to, bytes: bytesOf(input), aside: taken.has(output.buffer) }
    return output.buffer === input.buffer || move.bytes === 0 ? [] : [move]
  })
  let place = spare
  const [first, then, last] = [[], [], []] as { from: number; to: number; bytes: number }[][]
  for (const { from, to, bytes, aside } of moves) {
    if (aside) {
      first!.push({ from, to: place, bytes })
      last!.push({ from: place, to, bytes })
      place += bytes
    } else then!.push({ from, to, bytes })
  }
  return { moves: [...first!, ...then!, ...last!], bytes: place }
}

/** The structured rows of this engine: a loop, a branch, and what is inlined before. */
export const structuredLowerings = {
  checkpoint: inlined('checkpoint'),
  customVjp: inlined('customVjp'),

  scan: ({ parameters, operands, results, planBody, reserve }) => {
    const { body, carries, stacked, length, reverse } = parameters
    const plan = planBody(body, { keepInputs: true, repeats: length })
    const [first, second] = [carries, carries + stacked]
    const carry = carryOver(plan, carries, plan.bytes.scratch)
    const enter = transfers(plan, operands, plan.inputs)
    return {
      kind: 'scan',
      length,
      reverse,
      memory: reserve(carry.bytes),
      body: {
        plan,
        enter: [...enter.slice(0, first), ...enter.slice(second)],
        // After its last step the carries lie where the next one would have found them.
        leave: transfers(plan, results, plan.inputs.slice(0, carries)),
      },
      elements: {
        enter: enter.slice(first, second),
        leave: transfers(plan, results.slice(carries), plan.outputs.slice(carries)),
      },
      carry: carry.moves,
    }
  },

  cond: ({ parameters: { whenTrue, whenFalse }, operands, results, planBody, reserve }) => {
    const [predicate, ...inputs] = operands
    const bodyOf = (tape: Tape): Body<BufferPlace> => {
      const plan = planBody(tape, {})
      return {
        plan,
        enter: transfers(plan, inputs, plan.inputs),
        leave: transfers(plan, results, plan.outputs),
      }
    }
    const branches = [bodyOf(whenTrue), bodyOf(whenFalse)] as const
    const bytes = Math.max(...branches.map(({ plan }) => plan.bytes.scratch))
    return { kind: 'cond', predicate: predicate!, memory: reserve(bytes), branches }
  },
} satisfies { readonly [S in Structured]: StructuredLowering<S> }

/** The step of one structured application. */
export const structuredStep = (
  { application, operands, results }: StructuredNode,
  placeOf: (id: ValueId) => BufferPlace,
  planBody: Context<Structured>['planBody'],
  reserve: Context<Structured>['reserve'],
): StructuredStep<BufferPlace> => {
  const lowerings = structuredLowerings as { readonly [S in Structured]: StructuredLowering<never> }
  return lowerings[application.primitive]({
    // The application ties the parameters to the primitive; TypeScript cannot see that across the union.
    parameters: application.parameters as never,
    operands: operands.map(placeOf),
    results: results.map(placeOf),
    planBody,
    reserve,
  })
}
