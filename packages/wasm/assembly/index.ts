// The kernels of the engine. All state lies in the imported memory; every kernel that walks over a tensor
// takes the range [begin, end) of the units that it shall compute, so that threads can share one call.
export { matmul, matmulWorkspace } from './matmul'
export { sumRows, sumColumns, sumIntegers } from './sum'
export { copyWords, copyBytes } from './copy'
export { randomBits } from './random'
export { exp, log, log1p, tanh, sigmoid } from './math'
export { divideSigned, divideUnsigned } from './divide'
