import type { VectorInstruction } from './code.ts'
import type { VectorKernel } from './kernels.ts'

/** What a generated loop applies to vector registers. */
export type VectorOperation = VectorInstruction | VectorKernel

/**
 * How one elementwise primitive is computed on four lanes: a tree over its operands (by position) and
 * constants (the 32 bits of a lane).
 */
export type Expression =
  | { readonly operand: number }
  | { readonly bits: number }
  | { readonly operation: VectorOperation; readonly of: readonly Expression[] }

export const operand = (index: number): Expression => ({ operand: index })
export const bits = (value: number): Expression => ({ bits: value })
export const apply = (operation: VectorOperation, ...of: readonly Expression[]): Expression => ({
  operation,
  of,
})

const float = new Float32Array(1)
const word = new Int32Array(float.buffer)

/** The bits of a 32-bit float. */
export const floatBits = (value: number): number => {
  float[0] = value
  return word[0]!
}
