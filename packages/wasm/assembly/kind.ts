// The element types of kernels that know several: `elementKinds` in src/kernels.ts.
export const F32: i32 = 0
export const I32: i32 = 1
export const U32: i32 = 2
export const U8: i32 = 3
