import { type AnyTensor, type DType, HostTensor } from '@vae/tensor'
import { floatsFromBfloats, floatsFromHalves } from './half.ts'

/** How one element type of the format is read. */
interface ElementType {
  readonly bytes: 1 | 2 | 4
  /** Makes a tensor from a copy of the elements' bytes, which starts at offset 0 of its buffer. */
  readonly read: (shape: readonly number[], bytes: Uint8Array) => AnyTensor
}

/**
 * The element types that can be read. Half precision is widened to f32, exactly. The format is little-endian,
 * as is every machine with WebAssembly that we know of, so a typed array reads the bytes as they are.
 */
export const elementTypes = {
  F32: { bytes: 4, read: (shape, { buffer }) => new HostTensor(shape, 'f32', new Float32Array(buffer)) },
  I32: { bytes: 4, read: (shape, { buffer }) => new HostTensor(shape, 'i32', new Int32Array(buffer)) },
  U32: { bytes: 4, read: (shape, { buffer }) => new HostTensor(shape, 'u32', new Uint32Array(buffer)) },
  F16: {
    bytes: 2,
    read: (shape, { buffer }) => new HostTensor(shape, 'f32', floatsFromHalves(new Uint16Array(buffer))),
  },
  BF16: {
    bytes: 2,
    read: (shape, { buffer }) => new HostTensor(shape, 'f32', floatsFromBfloats(new Uint16Array(buffer))),
  },
  U8: { bytes: 1, read: (shape, bytes) => new HostTensor(shape, 'u8', bytes) },
  BOOL: { bytes: 1, read: (shape, bytes) => new HostTensor(shape, 'bool', bytes) },
} as const satisfies Record<string, ElementType>

/** An element type of the format that can be read. */
export type SafetensorsDType = keyof typeof elementTypes

/** Whether the format's name of an element type is one that can be read. */
export const isReadable = (name: string): name is SafetensorsDType => Object.hasOwn(elementTypes, name)

/**
 * What the format calls each dtype, in the order in which tensors are written: by falling size, so that every
 * tensor starts at a multiple of its element size.
 */
export const writtenAs = {
  f32: 'F32',
  u32: 'U32',
  i32: 'I32',
  u8: 'U8',
  bool: 'BOOL',
} as const satisfies Record<DType, SafetensorsDType>
