import type { Donation, Tape, ValueId } from '@vae/autograd'
import { type DType, type Shape, showShape, type TensorSpec } from '@vae/tensor'
import { type Buffer, type BufferPlace, layOut } from './buffer.ts'
import { checkDonations } from './donation.ts'
import { loopOf } from './fused-loop.ts'
import { fuse, type Work } from './fusion.ts'
import { graphOf, type KernelNode } from './graph.ts'
import type { KernelSizes } from './kernels.ts'
import type { KernelPlace } from './lowering.ts'
import type { KernelStep, MoveStep, Step } from './step.ts'
import { bytesOf, storageBook } from './storages.ts'

/** A tensor at the border of a program. */
export interface Port extends TensorSpec {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
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
export interface Plan {
  readonly buffers: readonly Buffer[]
  readonly steps: readonly PlannedStep[]
  readonly inputs: readonly Port[]
  readonly constants: readonly Port[]
  readonly outputs: readonly OutputPort[]
  /** Bytes of the two spaces. */
  readonly bytes: { readonly scratch: number; readonly persistent: number }
}

const readsOf = (work: Work): readonly ValueId[] =>
  work.kind === 'kernel' ? work.operands : work.readings.map(({ value }) => value)

/** The last unit of work that reads each value; outputs are read after all of them. */
const lastReads = (works: readonly Work[], outputs: readonly ValueId[]): ReadonlyMap<ValueId, number> => {
  const last = new Map<ValueId, number>()
  works.forEach((work, at) => {
    for (const id of readsOf(work)) last.set(id, at)
  })
  for (const id of outputs) last.set(id, works.length)
  return last
}

/** Names buffers where a lowering named operands, results and workspaces. */
const resolve = (
  step: KernelStep<KernelPlace>,
  place: (kernelPlace: KernelPlace) => BufferPlace,
): KernelStep<BufferPlace> =>
  step.kind === 'copy'
    ? { ...step, from: place(step.from), to: place(step.to) }
    : { ...step, arguments: step.arguments.map((a) => (typeof a === 'number' ? a : place(a))) }

/**
 * Plans a tape: what runs, in which order, and where everything lies. Throws a sentence for donations that
 * do not fit.
 */
export const planOf = (tape: Tape, donations: readonly Donation[], sizes: KernelSizes): Plan => {
  checkDonations(tape, donations)
  const graph = graphOf(tape, sizes)
  const works = fuse(graph.nodes)
  const end = works.length
  const last = lastReads(works, graph.outputs)
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const describe = (id: ValueId) => `${specOf(id).dtype} ${showShape(specOf(id).shape)}`
  const book = storageBook(specOf)

  const slots = new Set(donations.map(({ input }) => tape.inputs[input]!.id))
  const portOf = (id: ValueId, name: string, persistent: boolean): Port => {
    const [space, death] = persistent
      ? (['persistent', end] as const)
      : (['scratch', last.get(id) ?? -1] as const)
    const buffer = book.reserve(name, bytesOf(specOf(id)), space, -1, death)
    book.put(id, buffer)
    return { name, ...specOf(id), buffer }
  }
  const inputs = tape.inputs.map(({ id, name }) => portOf(id, name, slots.has(id)))
  const constants = tape.constants.map(({ id, name }) => portOf(id, name, true))

  /** The donated input whose storage each value should be written into. */
  const targets = new Map<ValueId, ValueId>()
  for (const { input, output } of donations) {
    const id = graph.outputs[output]!
    if (!targets.has(id)) targets.set(id, tape.inputs[input]!.id)
  }
  /** Those that were. */
  const direct = new Map<ValueId, ValueId>()

  /** Whether unit `at` may overwrite a value: nothing reads it later, and the unit itself reads in place. */
  const replaceable = (value: ValueId, work: Work, at: number): boolean => {
    const read = last.get(value) ?? -1
    if (read !== at) return read < at
    return work.kind === 'fused' && work.readings.every((r) => r.value !== value || r.access === 'all')
  }

  const place = (id: ValueId, primitive: string, work: Work, at: number): void => {
    const name = `%${id} ${primitive} ${describe(id)}`
    const bytes = bytesOf(specOf(id))
    const death = last.get(id) ?? at
    const slot = targets.get(id)
    if (slot !== undefined && replaceable(slot, work, at)) {
      direct.set(id, slot)
      book.takeOver(id, slot, name, death)
      return
    }
    const dying = (value: ValueId): boolean => {
      const { space, death } = book.storageOf(value)
      return space === 'scratch' && death === at && replaceable(value, work, at)
    }
    // a store of four bytes follows the load of the same four: other widths would overtake what is unread
    const inPlace = work.kind === 'fused' && bytes === 4 * work.elements
    const reused = inPlace && readsOf(work).find((value) => bytesOf(specOf(value)) === bytes && dying(value))
    if (reused === false || reused === undefined)
      book.put(id, book.reserve(name, bytes, 'scratch', at, death))
    else book.takeOver(id, reused, name, death)
  }

  const kernelSteps = (node: KernelNode, at: number): PlannedStep[] => {
    place(node.result, node.label, node, at)
    const workspaces = node.work.workspaces.map((bytes) =>
      book.reserve(`workspace of %${node.result} ${node.label}`, bytes, 'scratch', at, at),
    )
    const placeOf = (kernelPlace: KernelPlace): BufferPlace => {
      if (kernelPlace === 'result') return book.placeOf(node.result)
      if ('operand' in kernelPlace) return book.placeOf(node.operands[kernelPlace.operand]!)
      return { buffer: workspaces[kernelPlace.workspace]! }
    }
    const label = `${node.label} ${node.operands.map(describe).join(', ')} → ${describe(node.result)}`
    return node.work.steps.map((step) => ({ at, label, step: resolve(step, placeOf) }))
  }

  const steps = works.flatMap((work, at): PlannedStep[] => {
    if (work.kind === 'kernel') return kernelSteps(work, at)
    const stored = (id: ValueId) => last.has(id)
    for (const node of work.nodes) if (stored(node.result)) place(node.result, node.label, work, at)
    const step = loopOf(work, (id) => specOf(id).dtype, book.placeOf, stored)
    const label = `loop ${showShape(specOf(work.nodes.at(-1)!.result).shape)}: ${work.nodes.map((node) => node.label).join(' ')}`
    return [{ at, label, step }]
  })

  const staging: PlannedStep[] = []
  const moves: PlannedStep[] = []
  const move = (list: PlannedStep[], id: ValueId, from: BufferPlace, to: BufferPlace) => {
    const step: MoveStep<BufferPlace> = { kind: 'move', from, to, bytes: bytesOf(specOf(id)) }
    if (step.bytes > 0) list.push({ at: end, label: `move %${id} ${describe(id)}`, step })
  }
  /** A donated input that is itself an output is set aside before any slot is overwritten. */
  const safe = (id: ValueId): BufferPlace => {
    if (!slots.has(id)) return book.placeOf(id)
    const aside = { buffer: book.reserve(`%${id} set aside`, bytesOf(specOf(id)), 'scratch', end, end) }
    move(staging, id, book.placeOf(id), aside)
    return aside
  }
  const outputs = graph.outputs.map((id, output): OutputPort => {
    const { input = null } = donations.find((donation) => donation.output === output) ?? {}
    const port = { name: `output ${output}`, ...specOf(tape.outputs[output]!) }
    if (input === null) return { ...port, buffer: safe(id).buffer, donated: null }
    const slot = tape.inputs[input]!.id
    const target = book.placeOf(slot)
    if (direct.get(id) !== slot && id !== slot) move(moves, id, safe(id), target)
    return { ...port, buffer: target.buffer, donated: input }
  })
  const { buffers, bytes } = layOut(book.storages)
  return { buffers, steps: [...steps, ...staging, ...moves], inputs, constants, outputs, bytes }
}
