import type { Profile } from '@vae/autograd'
import type { AnyTensor } from '@vae/tensor'
import { costOf } from './cost.ts'
import type { Host } from './executable.ts'
import type { Plan } from './plan.ts'
import { measureCeilings } from './roofline.ts'
import { kernelOf } from './step.ts'

/** Runs a plan; addresses of the two spaces. */
export type RunPlan = (scratch: number, persistent: number) => void

/** Milliseconds in which a profile is taken, and rounds that it takes at least. */
const [budget, fewest] = [400, 4]

/** Rounds whose times are added before the best is kept: browsers blur their clocks. */
const chunk = 8

/**
 * Runs a plan for one thread step by step, with a program for each step, on copies of the inputs and of what the
 * program keeps. The time of a step is the best mean over several rounds, without that of an empty program.
 */
export const profilePlan = (
  plan: Plan,
  inputs: readonly AnyTensor[],
  { arena, features, scratch, persistent, instantiate, put }: ProfileHost,
): Profile => {
  const ceilings = measureCeilings(features)
  const run = (steps: Plan['steps']): RunPlan => instantiate({ ...plan, steps })
  const programs = [run([]), ...plan.steps.map((step) => run([step]))]
  const best = programs.map(() => Number.POSITIVE_INFINITY)
  const copy = arena.allocate(plan.bytes.persistent)
  const enter = (space: 'scratch' | 'persistent', base: number): void =>
    plan.inputs.forEach((port, i) => {
      const buffer = plan.buffers[port.buffer]!
      if (buffer.space === space) put(inputs[i]!, base + buffer.offset)
    })
  const measureChunk = (): void => {
    const spent = programs.map(() => 0)
    for (let round = 0; round < chunk; round++) {
      enter('scratch', scratch())
      programs.forEach((program, i) => {
        const begin = performance.now()
        program(scratch(), copy)
        spent[i]! += performance.now() - begin
      })
    }
    spent.forEach((time, i) => {
      best[i] = Math.min(best[i]!, time / chunk)
    })
  }
  let rounds = 0
  try {
    // the constants among them; what was donated is then brought in as it is now
    arena.bytes().copyWithin(copy, persistent.address, persistent.address + plan.bytes.persistent)
    enter('persistent', copy)
    const begin = performance.now()
    for (; rounds < fewest * chunk || performance.now() - begin < budget; rounds += chunk) measureChunk()
  } finally {
    arena.release(copy)
  }
  const [empty, ...times] = best
  const steps = plan.steps.map(({ label, step }, i) => {
    const { flops, bytes } = costOf(step, plan)
    const milliseconds = Math.max(0, times[i]! - empty!)
    const least = 1000 * Math.max(flops / ceilings.flopsPerSecond, bytes / ceilings.bytesPerSecond)
    const roofline = milliseconds === 0 ? 0 : least / milliseconds
    return { kernel: kernelOf(step), label, milliseconds, flops, bytes, roofline }
  })
  return { steps, ceilings, rounds }
}

interface ProfileHost extends Pick<Host, 'arena' | 'features' | 'scratch' | 'persistent' | 'instantiate'> {
  /** Copies a tensor's elements to an address. */
  readonly put: (tensor: AnyTensor, address: number) => void
}
