import type { DType } from '@vae/tensor'
import type { FunctionType, ValueType } from './encoder.ts'
import type { Features } from './features.ts'
import { type InlineBody, inlineBodies } from './inline.ts'
import { kernelBinaries } from './kernels.generated.ts'

const words = (count: number): FunctionType => ({
  parameters: new Array<ValueType>(count).fill('i32'),
  results: [],
})
const vectors = (count: number): FunctionType => ({
  parameters: new Array<ValueType>(count).fill('v128'),
  results: ['v128'],
})

/** Kernels that walk over tensors in memory: addresses and sizes, then the range of units. */
export const memoryKernels = {
  matmul: words(14),
  conv: words(18),
  convNarrow: words(17),
  convDots: words(16),
  convDepthwise: words(14),
  convAxis: words(16),
  convWeights: words(8),
  winograd: words(17),
  winogradWeights: words(7),
  argExtremum: words(8),
  nearest: words(15),
  argsort: words(9),
  cumsum: words(8),
  gather: words(9),
  scatterAdd: words(12),
  iota: words(6),
  copyWords: words(9),
  copyBytes: words(9),
  randomBits: words(5),
}

/** Functions of vector registers, which generated loops call. */
export const vectorKernels = {
  exp: vectors(1),
  expm1: vectors(1),
  log: vectors(1),
  log1p: vectors(1),
  log1pOfUnit: vectors(1),
  tanh: vectors(1),
  sigmoid: vectors(1),
  erf: vectors(1),
  sin: vectors(1),
  cos: vectors(1),
  pow: vectors(2),
  divideSigned: vectors(2),
  divideUnsigned: vectors(2),
}

/** How threads wait for each other: the number of those that share the run. */
export const threadKernels = { barrier: words(1) }

export type MemoryKernel = keyof typeof memoryKernels
export type VectorKernel = keyof typeof vectorKernels

/** What planning asks of the kernels. */
export interface KernelSizes {
  /** Bytes of packing space of a matrix product [m, k] · [k, n]. */
  readonly matmulWorkspace: (m: number, n: number, k: number) => number
  /** Units of the range of a product [m, k] · [k, n], which differ between the builds; 1 is for `byColumns`. */
  readonly matmulUnits: (m: number, n: number, byColumns: 0 | 1) => number
  /** Units of the range of `nearest` for so many rows, and its bytes of workspace. */
  readonly nearestUnits: (m: number) => number
  readonly nearestWorkspace: (m: number, n: number, k: number) => number
  /** Bytes in which `scatterAdd` accumulates floats: rows of `inner` elements, `size` of them. */
  readonly scatterWorkspace: (size: number, inner: number) => number
  /** Rows of a tile of products, which differ between the builds: outputs that are one panel of a convolution's weights. */
  readonly tileRows: () => number
  /** Bytes of workspace of `conv` for blocks of so many channels, taps and panels, and frames of so many elements and lines. */
  readonly convWorkspace: (
    rank: number,
    channelBlock: number,
    tapBlock: number,
    panelBlock: number,
    frames: number,
    elements: number,
    lines: number,
  ) => number
  /** As `convWorkspace`, for `convNarrow`. */
  readonly convNarrowWorkspace: (
    rank: number,
    taps: number,
    channels: number,
    outputs: number,
    channelBlock: number,
    panelBlock: number,
    elements: number,
    lines: number,
  ) => number
  /** As `convWorkspace`, for `convDots`. */
  readonly convDotsWorkspace: (
    rank: number,
    taps: number,
    outputs: number,
    panelBlock: number,
    elements: number,
    lines: number,
  ) => number
  /** Bytes of workspace of `convDepthwise`. */
  readonly convDepthwiseWorkspace: (columns: number) => number
  /** Bytes of workspace of `winograd` for blocks of so many panels of tiles and of outputs. */
  readonly winogradWorkspace: (channels: number, tilePanels: number, outputPanels: number) => number
  /** Bytes of workspace of `winogradWeights`. */
  readonly winogradWeightsWorkspace: (channels: number) => number
}

/** Columns of a tile of products; positions or tiles that are one unit of `conv` and `winograd`: COLUMNS in assembly/tile.ts. */
export const tileColumns = 8

/** Bytes of one axis of `convAxis`: AXIS_BYTES in assembly/conv-axis.ts. */
export const convAxisBytes = 48

/** Places at which `winograd` multiplies: POINTS in assembly/winograd-weights.ts. */
export const winogradPoints = 36

/** How kernels for several dtypes are told which one: assembly/kind.ts. */
export const elementKinds = { f32: 0, i32: 1, u32: 2, u8: 3 }

/** The kind of a dtype for the kernel of `name`; throws a sentence for those without one. */
export const elementKind = (name: string, dtype: DType): number => {
  if (dtype === 'bool') throw new TypeError(`${name}: not defined for dtype bool`)
  return elementKinds[dtype]
}

const binaries = new Map<Features, Uint8Array<ArrayBuffer>>()

const decode = (features: Features): Uint8Array<ArrayBuffer> => {
  const known = binaries.get(features)
  if (known !== undefined) return known
  const binary = Uint8Array.from(atob(kernelBinaries[features]), (character) => character.charCodeAt(0))
  binaries.set(features, binary)
  return binary
}

const bodies = new Map<Features, ReadonlyMap<string, InlineBody>>()

const bodiesOf = (features: Features): ReadonlyMap<string, InlineBody> => {
  const known = bodies.get(features)
  if (known !== undefined) return known
  const parameters = Object.entries(vectorKernels).map(([key, type]) => [key, type.parameters.length])
  const found = inlineBodies(decode(features), Object.fromEntries(parameters))
  bodies.set(features, found)
  return found
}

/** The body that a vector kernel has in a build, for loops to carry, or undefined if it must be called. */
export const inlineBodyOf = (name: VectorKernel, features: Features): InlineBody | undefined =>
  bodiesOf(features).get(name)

/** Compiles a build of the kernel module. Throws a sentence where the instructions that it uses are missing. */
export const compileKernels = async (features: Features): Promise<WebAssembly.Module> => {
  const binary = decode(features)
  if (!WebAssembly.validate(binary))
    throw new Error('wasmEngine: this JavaScript engine has no WebAssembly SIMD or threads; update it')
  return WebAssembly.compile(binary)
}

/** The kernels on a memory, from a compiled build or its name; once per engine, since each has its own memory. */
export const instantiateKernels = async (
  memory: WebAssembly.Memory,
  build: Features | WebAssembly.Module,
): Promise<WebAssembly.Exports> => {
  const module = build instanceof WebAssembly.Module ? build : await compileKernels(build)
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  return exports
}

/** What planning asks of instantiated kernels. */
export const sizesOf = (kernels: WebAssembly.Exports): KernelSizes =>
  // the kernel module exports exactly what assembly/index.ts lists
  kernels as unknown as KernelSizes
