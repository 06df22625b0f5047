import type { AnyTensor } from '@vae/tensor'

/**
 * The contents of a safetensors file: tensors by name, and a map of strings. A parameter is addressed by its
 * dotted path in the parameter tree, for example `encoder.hidden.weight`.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, AnyTensor>
  /** What `__metadata__` holds: anything that is worth a note, as text. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The name that the format keeps for the map of strings. */
export const metadataKey = '__metadata__'

/** Bytes before the header: its length as an unsigned 64-bit integer, little-endian. */
export const prefixBytes = 8

/** The longest header that a reader must accept, in bytes. */
export const longestHeader = 100_000_000
