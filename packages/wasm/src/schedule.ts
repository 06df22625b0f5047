import type { Buffer, BufferPlace } from './buffer.ts'
import { rangeOf } from './copy.ts'
import { costOf } from './cost.ts'
import type { MemoryKernel } from './kernels.ts'
import { loopUnits } from './loop-shape.ts'
import type { Plan, PlannedStep } from './plan.ts'
import type { LeastSavings } from './savings.ts'
import { lineBytes } from './sharing.ts'
import type { Step } from './step.ts'

/*
 * Decides what the threads of a run share and where they wait for each other: docs/design/threads.md. Nothing here
 * changes a result: kernels give the same bits however their range is divided.
 */

/** A step, and how threads share it. */
export interface ScheduledStep extends PlannedStep {
  /** Whether every thread does its part of the step; else thread 0 does it alone. */
  readonly shared: boolean
  /** Whether all threads must have come here before it may begin. */
  readonly barrier: boolean
}

export interface Schedule {
  readonly steps: readonly ScheduledStep[]
  /** How many threads run the steps: as many as there may be, or 1 if that does not pay. */
  readonly threads: number
  /** Whether all threads must have come to the end before what follows may begin. */
  readonly barrierAtEnd: boolean
  /** About how many nanoseconds the threads save in a run: 0 for one thread. */
  readonly savings: number
}

/** Operations per nanosecond of kernels that do not use vectors, and of all others. */
const slowKernels: Partial<Record<MemoryKernel, number>> = {
  argsort: 0.4,
  cumsum: 1,
  scatterAdd: 2,
  argExtremum: 4,
}
const operationsPerNanosecond = 20
const bytesPerNanosecond = 8

/** About how long one thread takes for a step, in nanoseconds. */
const durationOf = (step: Step<BufferPlace>, buffers: readonly Buffer[]): number => {
  const { flops, bytes } = costOf(step, { buffers })
  const rate = (step.kind === 'call' ? slowKernels[step.kernel] : undefined) ?? operationsPerNanosecond
  return Math.ceil(flops / rate + bytes / bytesPerNanosecond)
}

/** About how long one thread takes for a run, in seconds. */
export const secondsOf = ({ steps, buffers }: Plan): number =>
  steps.reduce((sum, { step }) => sum + durationOf(step, buffers), 0) / 1e9

/** Units into which a step can be divided. */
const unitsOf = (step: Exclude<Step<BufferPlace>, { readonly kind: 'cond' | 'scan' }>): number => {
  if (step.kind === 'call') return step.units
  if (step.kind === 'loop') return loopUnits(step)
  return step.kind === 'copy' ? rangeOf(step).units : Math.ceil(step.bytes / lineBytes)
}

/** The nanoseconds that threads save together, or 0 if they had better not share the step. */
const savingsOf = (
  step: Step<BufferPlace>,
  buffers: readonly Buffer[],
  { threads, least }: ScheduleOptions,
): number => {
  // bodies were scheduled by themselves
  if (step.kind === 'scan') return step.length * step.body.plan.savings
  if (step.kind === 'cond') return Math.max(...step.branches.map(({ plan }) => plan.savings))
  const units = unitsOf(step)
  if (units < 2 || threads === 1) return 0
  const savings = Math.ceil(durationOf(step, buffers) * (1 - Math.ceil(units / threads) / units))
  return savings < least.step ? 0 : savings
}

interface Extent {
  readonly persistent: boolean
  readonly from: number
  readonly to: number
}

interface Access extends Extent {
  readonly writes: boolean
  readonly shared: boolean
  /** The unit of work of which the step is a part, if its other parts write other elements. */
  readonly partOf: number | null
}

/** What a step touches, without what belongs to one thread only. */
const accessesOf = (
  { step, at }: PlannedStep,
  shared: boolean,
  buffers: readonly Buffer[],
): readonly Access[] => {
  const partOf = step.kind === 'call' && step.part ? at : null
  const { reads, writes } = touchedBy(step)
  const access =
    (writes: boolean) =>
    ({ buffer }: BufferPlace): readonly Access[] => {
      const { space, offset, bytes } = buffers[buffer]!
      if (space === 'thread') return []
      return [
        { persistent: space === 'persistent', from: offset, to: offset + bytes, writes, shared, partOf },
      ]
    }
  return [...reads.flatMap(access(false)), ...writes.flatMap(access(true))]
}

interface Touched {
  readonly reads: readonly BufferPlace[]
  readonly writes: readonly BufferPlace[]
}

const touchedBy = (step: Step<BufferPlace>): Touched => {
  switch (step.kind) {
    case 'call': {
      const places = step.arguments.filter((argument) => typeof argument !== 'number')
      return { reads: places.filter((p) => !p.written), writes: places.filter((p) => p.written) }
    }
    case 'copy':
    case 'move':
      return { reads: [step.from], writes: [step.to] }
    case 'loop':
      return { reads: step.reads.map(({ place }) => place), writes: step.writes.map(({ place }) => place) }
    case 'cond':
    case 'scan': {
      const bodies = step.kind === 'cond' ? step.branches : [step.body, step.elements]
      return {
        reads: [
          ...(step.kind === 'cond' ? [step.predicate] : []),
          ...bodies.flatMap(({ enter }) => enter.map(({ outer }) => outer)),
        ],
        writes: [step.memory, ...bodies.flatMap(({ leave }) => leave.map(({ outer }) => outer))],
      }
    }
  }
}

/** Whether two accesses of different threads would not be in order without a barrier. */
const conflict = (a: Access, b: Access): boolean =>
  (a.writes || b.writes) &&
  (a.shared || b.shared) &&
  !(a.writes && b.writes && a.partOf !== null && a.partOf === b.partOf) &&
  a.persistent === b.persistent &&
  a.from < b.to &&
  b.from < a.to

export interface ScheduleOptions {
  /** How many threads may share the plan. */
  readonly threads: number
  /** How often the plan runs each time that its program does. */
  readonly repeats: number
  readonly least: LeastSavings
}

/** Schedules the steps of one plan. */
export const schedule = (
  steps: readonly PlannedStep[],
  buffers: readonly Buffer[],
  options: ScheduleOptions,
): Schedule => {
  const { threads, repeats, least } = options
  const savings = steps.map(({ step }) => savingsOf(step, buffers, options))
  const total = savings.reduce((sum, each) => sum + each, 0)
  if (total === 0 || total < least.step || total * repeats < least.run) {
    const alone = steps.map((step) => ({ ...step, shared: false, barrier: false }))
    return { steps: alone, threads: 1, barrierAtEnd: false, savings: 0 }
  }
  let pending: readonly Access[] = []
  const scheduled = steps.map((step, i): ScheduledStep => {
    const shared = savings[i]! > 0
    const accesses = accessesOf(step, shared, buffers)
    const barrier = accesses.some((access) => pending.some((other) => conflict(access, other)))
    pending = barrier ? accesses : [...pending, ...accesses]
    return { ...step, shared, barrier }
  })
  return { steps: scheduled, threads, barrierAtEnd: pending.some(({ shared }) => shared), savings: total }
}
