export { compile } from './compile.ts'
export { type WasmOptions, wasmEngine } from './engine.ts'
export { ResidentTensor } from './resident.ts'
