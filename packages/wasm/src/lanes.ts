import type { DType } from '@vae/tensor'
import type { Code } from './code.ts'
import { widthOf } from './step.ts'

/*
 * Loads and stores of a loop. In registers every element has 32 bits: u8 is widened.
 */

/** Loads four elements at the address on the stack; those beyond a row are read, and ignored by the store. */
export const loadVector = (code: Code, dtype: DType, offset: number): void => {
  if (widthOf(dtype) === 4) code.memory('v128.load', offset)
  else
    code
      .memory('v128.load32_zero', offset)
      .vector('i16x8.extend_low_i8x16_u')
      .vector('i32x4.extend_low_i16x8_u')
}

/** Loads one element into all lanes. */
export const loadSplat = (code: Code, dtype: DType, offset: number): void => {
  if (widthOf(dtype) === 4) code.memory('v128.load32_splat', offset)
  else code.memory('i32.load8_u', offset).spread()
}

/** Stores the first `lanes` lanes of a register at a pointer. */
export const storeLanes = (
  code: Code,
  dtype: DType,
  pointer: number,
  offset: number,
  register: number,
  lanes: number,
): void => {
  const width = widthOf(dtype)
  if (lanes === 4 && width === 4) {
    code.get(pointer).get(register).memory('v128.store', offset)
    return
  }
  if (lanes === 4) {
    code.get(pointer).get(register).get(register).vector('i16x8.narrow_i32x4_u')
    code.get(register).vector('i8x16.narrow_i16x8_u').storeLane('v128.store32_lane', offset)
    return
  }
  for (let lane = 0; lane < lanes; lane++) {
    code.get(pointer).get(register)
    // the low byte of a lane of 32 bits
    if (width === 1) code.storeLane('v128.store8_lane', offset + lane, 4 * lane)
    else code.storeLane('v128.store32_lane', offset + 4 * lane, lane)
  }
}
