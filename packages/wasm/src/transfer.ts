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

/** A copy of the elements at `address`. */
export const readElements = (arena: Arena, address: number, { dtype, shape }: TensorSpec): DataOf<DType> => {
  const size = sizeOf(shape)
  const data = allocate(dtype, size)
  const start = address >>> 2
  if (dtype === 'u8') data.set(arena.bytes().subarray(address, address + size))
  else if (dtype === 'f32') data.set(arena.floats().subarray(start, start + size))
  else if (dtype === 'bool') {
    const words = arena.words()
    for (let i = 0; i < size; i++) data[i] = words[start + i] === 0 ? 0 : 1
  } else data.set(arena.words().subarray(start, start + size))
  return data
}
