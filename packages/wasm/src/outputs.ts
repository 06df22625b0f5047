import type { Donation, Tape, ValueId } from '@vae/autograd'
import type { TensorSpec } from '@vae/tensor'
import type { BufferPlace } from './buffer.ts'
import type { OutputPort, PlannedStep } from './plan.ts'
import { bytesOf, type StorageBook } from './storages.ts'

interface Ending {
  readonly tape: Tape
  readonly donations: readonly Donation[]
  /** The stored value of each output. */
  readonly roots: readonly ValueId[]
  readonly book: StorageBook
  readonly specOf: (id: ValueId) => TensorSpec
  readonly describe: (id: ValueId) => string
  /** Values that already lie in the donated input that they replace. */
  readonly direct: ReadonlyMap<ValueId, ValueId>
  /** The unit of work after the last. */
  readonly end: number
}

/**
 * The ports of the outputs, and the moves that bring donated ones to their place where the program could not
 * write them there. A donated input that is itself an output is set aside before any slot is overwritten.
 */
export const outputPorts = ({ tape, donations, roots, book, specOf, describe, direct, end }: Ending) => {
  const slots = new Set(donations.map(({ input }) => tape.inputs[input]!.id))
  const aside: PlannedStep[] = []
  const moves: PlannedStep[] = []
  const move = (list: PlannedStep[], id: ValueId, from: BufferPlace, to: BufferPlace): void => {
    const bytes = bytesOf(specOf(id))
    const step = { kind: 'move', from, to, bytes } as const
    if (bytes > 0) list.push({ at: end, label: `move %${id} ${describe(id)}`, step })
  }
  const safe = (id: ValueId): BufferPlace => {
    if (!slots.has(id)) return book.placeOf(id)
    const buffer = book.reserve(`%${id} set aside`, bytesOf(specOf(id)), 'scratch', end, end)
    move(aside, id, book.placeOf(id), { buffer })
    return { buffer }
  }
  const outputs = roots.map((id, output): OutputPort => {
    const donation = donations.find((each) => each.output === output)
    const port = { name: `output ${output}`, ...specOf(tape.outputs[output]!) }
    if (donation === undefined) return { ...port, buffer: safe(id).buffer, donated: null }
    const slot = tape.inputs[donation.input]!.id
    const target = book.placeOf(slot)
    if (direct.get(id) !== slot && id !== slot) move(moves, id, safe(id), target)
    return { ...port, buffer: target.buffer, donated: donation.input }
  })
  return { outputs, steps: [...aside, ...moves] }
}
