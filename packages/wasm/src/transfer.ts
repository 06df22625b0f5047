import { type AnyTensor, allocate, type DataOf, type DType, sizeOf, type TensorSpec } from '@vae/tensor'
import type { Arena } from './memory.ts'

/*
 * The border between tensors on the heap and the engine's memory. Bytes are the same on both sides, except
 * that a bool is a lane of 0 or −1 inside.
 */

/** Copies a host tensor's elements to `address`. */
export const writeElements = (arena: Arena, address: number, { dtype, data }: AnyTensor): void => {
  if (dtype === 'u8') arena.bytes().set(data, address)
  else if (dtype === 'f32') arena.floats().set(data, address >>> 2)
  else if (dtype === 'bool') {
    const words = arena.words()
    const start = address >>> 2
    for (let i = 0; i < data.length; i++) words[start + i] = data[i] === 0 ? 0 : -1
  } else arena.words().set(data, address >>> 2)
}

/** Below this many elements a loop is faster than the views that bulk copies need. */
const few = 32

/** A copy of the elements at `address`. */
export const readElements = (arena: Arena, address: number, { dtype, shape }: TensorSpec): DataOf<DType> => {
  const size = sizeOf(shape)
  const data = allocate(dtype, size)
  const source = dtype === 'u8' ? arena.bytes() : dtype === 'f32' ? arena.floats() : arena.words()
  const start = dtype === 'u8' ? address : address >>> 2
  if (dtype === 'bool') for (let i = 0; i < size; i++) data[i] = source[start + i] === 0 ? 0 : 1
  else if (size <= few) for (let i = 0; i < size; i++) data[i] = source[start + i]!
  else data.set(source.subarray(start, start + size))
  return data
}
