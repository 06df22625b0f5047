import type { AnyTensor, DataOf, DType, Shape, TensorSpec } from '@vae/tensor'

/** Where a resident tensor lies: the storage of one donated input of one program. */
export interface Slot extends TensorSpec {
  readonly address: number
  readonly bytes: number
  /** A copy of the elements. */
  readonly read: () => DataOf<DType>
  /** What the storage is a part of: it is given back when no program and no tensor refers to it any more. */
  readonly extent: object
  /** The tensor whose elements lie there now. Not a weak reference: making one costs more than a kernel. */
  current: ResidentTensor | null
}

/**
 * A tensor that stays in the engine's memory between calls: an output that took over a donated input. Reading
 * `data` copies it out once. When it is donated to a later call it ends: reading or passing it throws.
 *
 * ```ts
 * const step = await compile(({ w }: { w: Tensor<[2]> }) => ({ w: mul(w, 0.5) }), { donate: ['w'] })
 * const { w } = step({ w: tensor([2], [2, 4]) })
 * w instanceof ResidentTensor // → true
 * w // → [1, 2]
 * ```
 */
export class ResidentTensor implements AnyTensor {
  readonly shape: Shape
  readonly dtype: DType
  #slot: Slot | null
  #copy: DataOf<DType> | null = null

  constructor(slot: Slot) {
    this.shape = slot.shape
    this.dtype = slot.dtype
    this.#slot = slot
    slot.current = this
  }

  /** The slot that holds the elements, or null if they were moved to the heap. Throws if it was donated. */
  get slot(): Slot | null {
    if (this.#slot === null && this.#copy === null)
      throw new Error(
        'this tensor was donated to a later step and no longer exists: keep the state that the last call returned',
      )
    return this.#slot
  }

  /** The elements, copied out of the engine's memory. Throws if the tensor was donated to a later call. */
  get data(): DataOf<DType> {
    const { slot } = this
    if (slot !== null) this.#copy ??= slot.read()
    return this.#copy!
  }

  /** Ends the tensor: a later call took its storage. */
  donate(): void {
    if (this.#slot !== null) this.#slot.current = null
    this.#slot = null
    this.#copy = null
  }

  /** Moves the elements to the heap, because the storage will hold something else. */
  evacuate(): void {
    if (this.#slot === null) return
    this.#copy = this.data
    this.#slot.current = null
    this.#slot = null
  }
}
