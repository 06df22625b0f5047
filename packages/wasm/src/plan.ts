import { type Donation, simplify, type Tape, type ValueId } from '@vae/autograd'
import { showShape, type TensorSpec } from '@vae/tensor'
import { type Buffer, type BufferPlace, layOut, type Space } from './buffer.ts'
import { checkDonations } from './donation.ts'
import { loopOf, overwrites } from './fused-loop.ts'
import { type Fused, fuse, inOnePass, isFull, type Work } from './fusion.ts'
import { graphOf } from './graph.ts'
import type { KernelSizes } from './kernels.ts'
import { lastReads, readsOf } from './liveness.ts'
import { loopScheduleOf, type Writing } from './loop-schedule.ts'
import type { KernelPlace } from './lowering.ts'
import type { BarrierNode, KernelNode, StructuredNode } from './node.ts'
import { outputPorts } from './outputs.ts'
import { type Overwriting, placement } from './placement.ts'
import { leastSavings } from './savings.ts'
import { type Schedule, type ScheduleOptions, schedule } from './schedule.ts'
import { splitOf, splitStep } from './split.ts'
import type { KernelStep, Step } from './step.ts'
import { bytesOf, storageBook } from './storages.ts'
import { type BodyOptions, structuredStep } from './structured.ts'

/** A tensor at the border of a program, and the buffer in which it lies. */
export interface Port extends TensorSpec {
  readonly name: string
  readonly buffer: number
}

export interface OutputPort extends Port {
  /** The donated input (an index) whose storage the output takes over, or null: it is copied to the host. */
  readonly donated: number | null
}

/** A step, what it does in words, and the unit of work that it belongs to (lifetimes count these). */
export interface PlannedStep {
  readonly at: number
  readonly label: string
  readonly step: Step<BufferPlace>
}

/** A whole program as plain data: it survives `JSON.stringify`. */
export interface Plan extends Schedule {
  readonly buffers: readonly Buffer[]
  readonly inputs: readonly Port[]
  readonly constants: readonly Port[]
  readonly outputs: readonly OutputPort[]
  /** Bytes of the spaces; of `thread` every thread has as many, behind the scratch area that all share. */
  readonly bytes: { readonly [S in Space]: number }
}

/** Bytes of scratch memory that a run of a plan needs, with those of its threads. */
export const scratchBytes = ({ bytes, threads }: Plan): number => bytes.scratch + threads * bytes.thread

/** Names buffers where a lowering named operands, results and workspaces. */
const resolve = (
  step: KernelStep<KernelPlace>,
  place: (kernelPlace: KernelPlace) => BufferPlace,
): KernelStep<BufferPlace> =>
  step.kind === 'copy'
    ? { ...step, from: place(step.from), to: place(step.to) }
    : { ...step, arguments: step.arguments.map((a) => (typeof a === 'number' ? a : place(a))) }

/** Which donated input each value should replace: that of the first output that it is. */
const targetsOf = (tape: Tape, donations: readonly Donation[], roots: readonly ValueId[]) => {
  const targets = new Map<ValueId, ValueId>()
  for (const { input, output } of donations) {
    const root = roots[output]!
    if (!targets.has(root)) targets.set(root, tape.inputs[input]!.id)
  }
  return targets
}

/** How a tape is planned: for one thread and one run unless given. */
export interface PlanOptions extends Partial<ScheduleOptions> {
  /** Nothing is written over the inputs: for a body that runs again on some of them. */
  readonly keepInputs?: boolean
}

/**
 * Plans a tape: what runs, in which order, and where everything lies. Throws a sentence for donations that
 * do not fit.
 */
export const planOf = (
  tape: Tape,
  donations: readonly Donation[],
  sizes: KernelSizes,
  { keepInputs = false, threads = 1, repeats = 1, least = leastSavings }: PlanOptions = {},
): Plan => {
  checkDonations(tape, donations)
  const { nodes, outputs: roots } = graphOf(tape, sizes)
  const works = fuse(nodes)
  const end = works.length
  const last = lastReads(works, roots)
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const describe = (id: ValueId): string => `${specOf(id).dtype} ${showShape(specOf(id).shape)}`
  const book = storageBook(specOf)
  /** What the bodies of structured steps need for each thread. */
  let threadBytes = 0

  const enter = (id: ValueId, name: string, persistent: boolean): Port => {
    const [space, death] = persistent
      ? (['persistent', end] as const)
      : (['scratch', keepInputs ? end : (last.get(id) ?? -1)] as const)
    const buffer = book.reserve(name, bytesOf(specOf(id)), space, -1, death)
    book.put(id, buffer)
    return { name, ...specOf(id), buffer }
  }
  const inputs = tape.inputs.map(({ id, name }, input) =>
    enter(
      id,
      name,
      donations.some((donation) => donation.input === input),
    ),
  )
  const constants = tape.constants.map(({ id, name }) => enter(id, name, true))

  const { place, direct } = placement(book, specOf, last, targetsOf(tape, donations, roots))
  const nameOf = (node: { readonly result: ValueId; readonly label: string }): string =>
    `%${node.result} ${node.label} ${describe(node.result)}`

  const kernelSteps = (node: KernelNode, at: number): PlannedStep[] => {
    place(node.result, nameOf(node), at)
    const workspaces = node.work.workspaces.map(({ bytes, perThread }) => {
      const space = perThread ? 'thread' : 'scratch'
      return book.reserve(`workspace of %${node.result} ${node.label}`, bytes, space, at, at)
    })
    const placeOf = (kernelPlace: KernelPlace): BufferPlace => {
      if (kernelPlace === 'result') return { ...book.placeOf(node.result), written: true }
      if ('operand' in kernelPlace) return book.placeOf(node.operands[kernelPlace.operand]!)
      return { buffer: workspaces[kernelPlace.workspace]!, written: true }
    }
    const label = `${node.label} ${node.operands.map(describe).join(', ')} → ${describe(node.result)}`
    return node.work.steps.map((step) => ({ at, label, step: resolve(step, placeOf) }))
  }
  const loopSteps = (group: Fused, at: number): PlannedStep[] => {
    const dtypeOf = (id: ValueId) => specOf(id).dtype
    // what no other work reads lives in a register, or in memory from one pass to the next
    const passes = loopScheduleOf(group, (id) => last.has(id))
    const touched = new Map<number, ValueId[]>()
    const touch = (id: ValueId): void => {
      const { buffer } = book.placeOf(id)
      touched.set(buffer, [...(touched.get(buffer) ?? []), id])
    }
    for (const id of new Set(readsOf(group))) touch(id)
    const overwriting = (write: Writing): Overwriting => ({
      buffers: [...touched.keys()],
      allowed: (buffer) =>
        (touched.get(buffer) ?? []).every((id) => overwrites(group, passes, dtypeOf, write, id)),
    })
    for (const write of passes.writes) {
      const { label } = group.nodes.find(({ result }) => result === write.value)!
      place(write.value, nameOf({ result: write.value, label }), at, overwriting(write))
      touch(write.value)
    }
    // what only values without elements need is not computed
    if (passes.writes.length === 0) return []
    const step = loopOf(group, passes, dtypeOf, book.placeOf)
    const whole = group.nodes.find((node) => node.kind === 'element' && isFull(node, group.space))
    const shape = showShape(whole === undefined ? step.sizes : specOf(whole.result).shape)
    const label = `loop ${shape}: ${group.nodes.map((node) => node.label).join(' ')}`
    const split = inOnePass(group.nodes, group.space) ? splitOf(step) : null
    if (split === null) return [{ at, label, step }]
    const reserve = (elements: number): BufferPlace => ({
      buffer: book.reserve(`chunks of ${label}`, 4 * elements, 'scratch', at, at),
    })
    return splitStep(step, split, reserve).map((part, i) => ({
      at,
      label: i === 0 ? label : `${label}, chunks`,
      step: part,
    }))
  }
  const noSteps = (node: BarrierNode): readonly PlannedStep[] => {
    const { buffer } = book.placeOf(node.operands[0]!)
    book.takeOver(node.result, buffer, nameOf(node), last.get(node.result) ?? -1)
    return []
  }
  const structuredSteps = (node: StructuredNode, at: number): readonly PlannedStep[] => {
    for (const result of node.results) place(result, nameOf({ result, label: node.label }), at)
    const bodyOf = (body: Tape, options: BodyOptions): Plan => {
      const inner = { ...options, threads, repeats: repeats * (options.repeats ?? 1), least }
      const plan = planOf(simplify(body), [], sizes, inner)
      threadBytes = Math.max(threadBytes, plan.bytes.thread)
      return plan
    }
    const reserve = (bytes: number): BufferPlace => ({
      buffer: book.reserve(`memory of %${node.results[0]} ${node.label}`, bytes, 'scratch', at, at),
    })
    const step = structuredStep(node, book.placeOf, bodyOf, reserve)
    const [from, to] = [node.operands, node.results].map((ids) => ids.map(describe).join(', '))
    return [{ at, label: `${node.label} ${from} → ${to}`, step }]
  }
  const stepsOf = (work: Work, at: number): readonly PlannedStep[] => {
    if (work.kind === 'kernel') return kernelSteps(work, at)
    if (work.kind === 'fused') return loopSteps(work, at)
    return work.kind === 'structured' ? structuredSteps(work, at) : noSteps(work)
  }
  const steps = works.flatMap(stepsOf)
  const ending = outputPorts({ tape, donations, roots, book, specOf, describe, direct, end })
  const { buffers, bytes } = layOut(book.storages)
  return {
    buffers,
    bytes: { ...bytes, thread: Math.max(bytes.thread, threadBytes) },
    ...schedule([...steps, ...ending.steps], buffers, { threads, repeats, least }),
    inputs,
    constants,
    outputs: ending.outputs,
  }
}
