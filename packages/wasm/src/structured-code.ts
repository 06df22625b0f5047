import type { BufferPlace } from './buffer.ts'
import type { Code } from './code.ts'
import type { Plan } from './plan.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { Sharing } from './sharing.ts'
import type { Body, StructuredStep, Transfer } from './step.ts'

type Ports = Pick<Body<BufferPlace>, 'enter' | 'leave'>

/** What the code of a structured step needs of the plan around it. */
export interface Surroundings {
  readonly resolver: Resolver
  readonly sharing: Sharing
  /** Calls the function of a body with the memory that it shall have, a local. */
  readonly call: (plan: Plan, memory: number) => void
}

/** A copy between a tensor and its place in the memory of a body, which begins at the local `memory`. */
const encodeTransfer = (
  code: Code,
  { outer, inner, bytes }: Transfer<BufferPlace>,
  direction: 'enter' | 'leave',
  resolver: Resolver,
  memory: number,
  index?: number,
): void => {
  const pushOuter = () => {
    pushAddress(code, resolver, outer)
    if (index !== undefined) code.get(index).constant(bytes).plain('i32.mul').plain('i32.add')
  }
  const pushInner = () => code.get(memory).constant(inner).plain('i32.add')
  if (bytes === 0) return
  if (direction === 'enter') {
    pushInner()
    pushOuter()
  } else {
    pushOuter()
    pushInner()
  }
  code.constant(bytes).memoryCopy()
}

/**
 * The code of a structured step. Thread 0 brings tensors into a body and out of it; where the body is worth sharing, all
 * threads run through it, and end it together.
 */
export const encodeStructured = (
  code: Code,
  step: StructuredStep<BufferPlace>,
  { resolver, sharing, call }: Surroundings,
): void => {
  const memory = code.local('i32')
  pushAddress(code, resolver, step.memory)
  code.set(memory)
  const transfers = (body: Ports, way: 'enter' | 'leave', index?: number) => {
    for (const transfer of body[way]) encodeTransfer(code, transfer, way, resolver, memory, index)
  }
  const runBody = (plan: Plan, enter: () => void, leave: () => void) => {
    sharing.alone(enter)
    if (plan.threads > 1) {
      sharing.barrier()
      call(plan, memory)
    } else sharing.alone(() => call(plan, memory))
    sharing.alone(leave)
  }

  if (step.kind === 'cond') {
    const [first, second] = step.branches.map((body) => () => {
      runBody(
        body.plan,
        () => transfers(body, 'enter'),
        () => transfers(body, 'leave'),
      )
    })
    pushAddress(code, resolver, step.predicate)
    code.memory('i32.load8_u', 0).when(first!, second)
    return
  }
  const { length, reverse, body, elements, carry } = step
  const [counter, index] = [code.local('i32'), code.local('i32')]
  sharing.alone(() => transfers(body, 'enter'))
  code.constant(0).set(counter)
  code.constant(reverse ? length - 1 : 0).set(index)
  code.count(
    counter,
    () => code.constant(length),
    () => {
      runBody(
        body.plan,
        () => transfers(elements, 'enter', index),
        () => {
          transfers(elements, 'leave', index)
          for (const { from, to, bytes } of carry) {
            code.get(memory).constant(to).plain('i32.add').get(memory).constant(from).plain('i32.add')
            code.constant(bytes).memoryCopy()
          }
        },
      )
      code.advance(index, reverse ? -1 : 1)
    },
  )
  sharing.alone(() => transfers(body, 'leave'))
}
