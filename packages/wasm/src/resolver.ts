import type { BufferPlace } from './buffer.ts'
import type { Code, VectorInstruction } from './code.ts'
import type { InlineBody } from './inline.ts'
import type { MemoryKernel, VectorKernel } from './kernels.ts'

/** What the code of a step needs to know of its surroundings. */
export interface Resolver {
  /** The parameter that holds the base of the buffer's space, and the bytes from there. */
  readonly address: (place: BufferPlace) => { readonly base: number; readonly offset: number }
  /** The index of an imported kernel for `call`. */
  readonly kernel: (name: MemoryKernel | VectorKernel) => number
  /** What to use for an instruction of a loop. */
  readonly instruction: (name: VectorInstruction) => VectorInstruction
  /** The body of a vector kernel for loops to carry, or undefined if it must be called. */
  readonly inlineBody: (name: VectorKernel) => InlineBody | undefined
}

/** Pushes the address of a buffer, `bytes` further on. */
export const pushAddress = (code: Code, resolver: Resolver, place: BufferPlace, bytes = 0): void => {
  const { base, offset } = resolver.address(place)
  code
    .get(base)
    .constant(offset + bytes)
    .plain('i32.add')
}
