import type { ValueId } from '@vae/autograd'
import type { TensorSpec } from '@vae/tensor'
import type { Work } from './fusion.ts'
import { readsOf, replaceable } from './liveness.ts'
import { bytesOf, type StorageBook } from './storages.ts'

/**
 * Decides where results lie: in the storage of the donated input that they shall replace (`targets`) if
 * nobody needs the old value any more, in that of an operand that dies here, else in a new one.
 */
export const placement = (
  book: StorageBook,
  specOf: (id: ValueId) => TensorSpec,
  last: ReadonlyMap<ValueId, number>,
  targets: ReadonlyMap<ValueId, ValueId>,
) => {
  /** The results that were written into the donated input that they replace. */
  const direct = new Map<ValueId, ValueId>()

  const dying = (id: ValueId, bytes: number, work: Work, at: number): boolean => {
    const { space, death } = book.storageOf(id)
    const fits = space === 'scratch' && death === at && bytesOf(specOf(id)) === bytes
    return fits && replaceable(last, id, work, at)
  }

  const place = (id: ValueId, name: string, work: Work, at: number): void => {
    const bytes = bytesOf(specOf(id))
    const death = last.get(id) ?? at
    const slot = targets.get(id)
    if (slot !== undefined && replaceable(last, slot, work, at)) {
      direct.set(id, slot)
      book.takeOver(id, slot, name, death)
      return
    }
    // a store of four bytes follows the load of the same four: other widths would overtake what is unread
    const inPlace = work.kind === 'fused' && bytes === 4 * work.elements
    const reused = inPlace ? readsOf(work).find((value) => dying(value, bytes, work, at)) : undefined
    if (reused !== undefined) book.takeOver(id, reused, name, death)
    else book.put(id, book.reserve(name, bytes, 'scratch', at, death))
  }

  return { place, direct }
}
