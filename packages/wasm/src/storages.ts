import type { ValueId } from '@vae/autograd'
import { sizeOf, type TensorSpec } from '@vae/tensor'
import { type BufferPlace, roundBytes, type Storage } from './buffer.ts'
import { widthOf } from './step.ts'

/** Bytes of a tensor in the engine's memory, without rounding. */
export const bytesOf = ({ shape, dtype }: TensorSpec): number => sizeOf(shape) * widthOf(dtype)

/** Keeps which value lies in which storage while a plan is made. */
export const storageBook = (specOf: (id: ValueId) => TensorSpec) => {
  const storages: Storage[] = []
  const indexOf = new Map<ValueId, number>()

  /** A new storage; its index. `birth` and `death` count units of work. */
  const reserve = (
    name: string,
    bytes: number,
    space: Storage['space'],
    birth: number,
    death: number,
  ): number => storages.push({ names: [name], bytes: roundBytes(bytes), space, birth, death }) - 1

  /** Puts a value into a storage that it owns from now on. */
  const put = (id: ValueId, index: number): void => {
    indexOf.set(id, index)
  }

  /** Lets `id` take over a storage until `death`. */
  const takeOver = (id: ValueId, index: number, name: string, death: number): void => {
    const storage = storages[index]!
    storage.names.push(name)
    storage.death = Math.max(storage.death, death)
    indexOf.set(id, index)
  }

  /** Where a value lies. What nothing makes has no elements and lies anywhere. */
  const placeOf = (id: ValueId): BufferPlace => {
    let buffer = indexOf.get(id)
    if (buffer === undefined) {
      buffer = reserve(`%${id} without elements`, bytesOf(specOf(id)), 'scratch', 0, 0)
      indexOf.set(id, buffer)
    }
    return { buffer }
  }

  return { storages, reserve, put, takeOver, placeOf }
}

export type StorageBook = ReturnType<typeof storageBook>
