/**
 * Element types. `f32` is the default and stays invisible in hovers; `u8` keeps images as bytes until
 * they are used; `bool` stores 0 or 1.
 */
export type DType = 'f32' | 'i32' | 'u32' | 'u8' | 'bool'

/** The element types with arithmetic. */
export type NumericDType = 'f32' | 'i32' | 'u32'

/** The typed array that holds the elements of each dtype, in row-major order. */
export interface Storage {
  readonly f32: Float32Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly u8: Uint8Array
  readonly bool: Uint8Array
}

/** The typed array of dtype `D`. */
export type DataOf<D extends DType> = Storage[D]

const constructors = {
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const

/**
 * A zeroed array of `length` elements of dtype `dtype`.
 *
 * ```ts
 * allocate('u8', 3) // → [0, 0, 0]
 * ```
 */
export const allocate = <D extends DType>(dtype: D, length: number): DataOf<D> =>
  new constructors[dtype](length) as DataOf<D>

/**
 * Bytes of one element on the host.
 *
 * ```ts
 * bytesPerElement('f32') // → 4
 * ```
 */
export const bytesPerElement = (dtype: DType): number => constructors[dtype].BYTES_PER_ELEMENT
