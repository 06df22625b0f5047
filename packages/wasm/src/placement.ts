import type { ValueId } from '@vae/autograd'
import type { TensorSpec } from '@vae/tensor'
import { roundBytes } from './buffer.ts'
import { bytesOf, type StorageBook } from './storages.ts'

/** The buffers that a unit of work reads, and whether it may write a result over one of them. */
export interface Overwriting {
  readonly buffers: readonly number[]
  readonly allowed: (buffer: number) => boolean
}

/** Most kernels read whole tensors, and need them until they end. */
export const nothingOverwritten: Overwriting = { buffers: [], allowed: () => false }

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

  /** Places a result of unit `at`. */
  const place = (id: ValueId, name: string, at: number, over: Overwriting = nothingOverwritten): void => {
    const death = last.get(id) ?? at
    const slot = targets.get(id)
    if (slot !== undefined) {
      const read = last.get(slot) ?? -1
      if (read < at || (read === at && over.allowed(book.placeOf(slot).buffer))) {
        direct.set(id, slot)
        book.takeOver(id, book.placeOf(slot).buffer, name, death)
        return
      }
    }
    const bytes = bytesOf(specOf(id))
    const reused = over.buffers.find((buffer) => {
      const storage = book.storages[buffer]!
      const fits = storage.space === 'scratch' && storage.death === at && storage.bytes === roundBytes(bytes)
      return fits && over.allowed(buffer)
    })
    if (reused !== undefined) book.takeOver(id, reused, name, death)
    else book.put(id, book.reserve(name, bytes, 'scratch', at, death))
  }

  return { place, direct }
}
