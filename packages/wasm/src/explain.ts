import type { Buffer } from './buffer.ts'
import { costOf, costOfPlan } from './cost.ts'
import { type Plan, scratchBytes } from './plan.ts'
import { kernelOf } from './step.ts'

/** Bytes with a unit that suits their size. */
export const showBytes = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MiB` : `${(bytes / 1024 ** 3).toFixed(2)} GiB`
}

const lifetime = ({ birth, death }: Buffer, end: number): string =>
  `${birth < 0 ? 'start' : birth} … ${death >= end ? 'end' : Math.max(0, death)}`

/** Operations with a unit that suits their number. */
export const showFlops = (flops: number): string => {
  if (flops < 1e3) return `${Math.round(flops)} FLOP`
  if (flops < 1e6) return `${(flops / 1e3).toFixed(1)} kFLOP`
  return flops < 1e9 ? `${(flops / 1e6).toFixed(1)} MFLOP` : `${(flops / 1e9).toFixed(2)} GFLOP`
}

/** A line for each step, with those of its bodies below it. */
const stepsOf = (plan: Plan, margin: string): string[] => {
  const marks = (shared: boolean, barrier: boolean): string =>
    plan.threads === 1 ? '' : `${barrier ? '|' : ' '}${shared ? '‖' : ' '} `
  return plan.steps.flatMap(({ at, label, step, shared, barrier }) => {
    const { flops, bytes } = costOf(step, plan)
    const bodies = step.kind === 'cond' ? step.branches : step.kind === 'scan' ? [step.body] : []
    return [
      `${margin}${String(at).padStart(4)}  ${marks(shared, barrier)}${kernelOf(step).padEnd(11)} ` +
        `${showFlops(flops).padStart(12)} ${showBytes(bytes).padStart(10)}  ${label}`,
      ...bodies.flatMap((body) => stepsOf(body.plan, `${margin}      `)),
    ]
  })
}

/**
 * A readable account of a plan: for each step its kernel or fused loop with estimated operations and bytes moved, for
 * each buffer its size, offset and lifetime, and the bytes that the program needs at most.
 */
export const explain = (plan: Plan): string => {
  const end = Math.max(0, ...plan.steps.map(({ at }) => at + 1))
  const buffers = [...plan.buffers]
    .sort((a, b) => a.space.localeCompare(b.space) || a.offset - b.offset || a.birth - b.birth)
    .map(
      (buffer) =>
        `  ${buffer.space.padEnd(10)} ${String(buffer.offset).padStart(10)} ${showBytes(buffer.bytes).padStart(10)}` +
        `  ${lifetime(buffer, end).padEnd(13)} ${buffer.names.join(' → ')}`,
    )
  const { persistent } = plan.bytes
  const scratch = scratchBytes(plan)
  const { flops, bytes } = costOfPlan(plan)
  return [
    `${plan.steps.length} steps, ${showFlops(flops)}, ${showBytes(bytes)} moved (unit of work, kernel, FLOP, bytes, what)`,
    ...(plan.threads === 1 ? [] : [`${plan.threads} threads (‖ all share the step, | after a barrier)`]),
    ...stepsOf(plan, '  '),
    `${plan.buffers.length} buffers (space, offset, size, lifetime in units of work, values)`,
    ...buffers,
    `peak ${showBytes(scratch + persistent)}: persistent ${showBytes(persistent)}, scratch ${showBytes(scratch)}`,
  ].join('\n')
}

/** The sentence for a program that does not fit into `limit` bytes. */
export const tooLarge = (plan: Plan, limit: number): string => {
  const largest = [...plan.buffers].sort((a, b) => b.bytes - a.bytes).slice(0, 3)
  return (
    `compile: the program needs ${showBytes(scratchBytes(plan) + plan.bytes.persistent)}, more than is free of the ` +
    `${showBytes(limit)} that the engine can address; its largest buffers are ` +
    largest.map(({ names, bytes }) => `${names[0]} (${showBytes(bytes)})`).join(', ')
  )
}
