import type { DType } from '@vae/tensor'
import type { VectorOperation } from './expression.ts'
import type { MemoryKernel } from './kernels.ts'
import type { Plan } from './plan.ts'

/*
 * The steps of a program are data (JSON): what runs, on which buffers. `Place` is how a step names memory: a
 * lowering speaks of operands and results, a plan of buffers.
 */

/** One axis of a strided copy; strides are in elements. */
export interface CopyAxis {
  readonly size: number
  readonly from: number
  readonly to: number
}

/** A kernel with its arguments before the range, and the units of the whole work. */
export interface CallStep<Place> {
  readonly kind: 'call'
  readonly kernel: MemoryKernel
  readonly arguments: readonly (number | Place)[]
  readonly units: number
  /** Multiplications and additions of the whole work, where the arguments do not tell (see cost.ts). */
  readonly flops?: number
  /** Bytes that the whole work reads or writes at least once, where the buffers and arguments do not tell. */
  readonly bytes?: number
  /** The call writes other elements than all other parts of the same work. */
  readonly part?: true
}

/** A strided copy; `clear` zeroes the target before. */
export interface CopyStep<Place> {
  readonly kind: 'copy'
  /** Bytes of one element. */
  readonly width: 1 | 4
  readonly from: Place
  readonly to: Place
  /** In elements. */
  readonly fromOffset: number
  readonly toOffset: number
  readonly axes: readonly CopyAxis[]
  /** Bytes to zero first, or 0. */
  readonly clear: number
}

export type KernelStep<Place> = CallStep<Place> | CopyStep<Place>

/** What a loop reads: an element of `dtype` for each point, `strides[i]` elements further for a step along dimension i. */
export interface LoopRead<Place> {
  readonly place: Place
  readonly dtype: DType
  readonly strides: readonly number[]
}

/**
 * A reduction of elements of a dtype. Sums of floats accumulate in f64, and round to f32 at the end; `lost` is what the
 * sum loses by that.
 */
export interface Reduction {
  readonly operation: 'sum' | 'lost' | 'max' | 'min'
  readonly dtype: DType
}

/** A register's value: made from registers before it, a constant, or what a register is reduced to. */
export type LoopInstruction =
  | { readonly operation: VectorOperation; readonly of: readonly number[] }
  | { readonly bits: number }
  | { readonly reduction: Reduction; readonly of: number }

export interface LoopWrite<Place> {
  readonly place: Place
  readonly dtype: DType
  readonly register: number
  /** As of reads: a value that a reduction leaves does not move along reduced dimensions. */
  readonly strides: readonly number[]
}

/**
 * One pass over the reduced dimensions. Before it, what changes only with the kept ones is computed; then, for each point,
 * the registers of `compute` in order, after `reload` has brought back what an earlier pass stored.
 */
export interface LoopPass {
  readonly compute: readonly number[]
  /** Registers and the writes (indices) that hold them. */
  readonly reload: readonly { readonly register: number; readonly write: number }[]
  /** Registers of reductions that this pass feeds. */
  readonly reduce: readonly number[]
  /** Indices of the full values that it writes. */
  readonly write: readonly number[]
}

/**
 * A fused loop over `sizes` (row-major, each at least 2), of which those that are `reduced` are run through once in each
 * pass, for each point of the others. Registers 0, 1, … hold the reads, then the instructions in order.
 */
export interface LoopStep<Place> {
  readonly kind: 'loop'
  readonly elements: number
  readonly sizes: readonly number[]
  readonly reduced: readonly boolean[]
  readonly reads: readonly LoopRead<Place>[]
  readonly instructions: readonly LoopInstruction[]
  readonly passes: readonly LoopPass[]
  /** Those that no pass does are kept values, written after the last pass. */
  readonly writes: readonly LoopWrite<Place>[]
}

/** Copies bytes from one buffer to another. */
export interface MoveStep<Place> {
  readonly kind: 'move'
  readonly from: Place
  readonly to: Place
  readonly bytes: number
}

/** A tensor of the program, and its place in the memory of a body, in bytes from the start. */
export interface Transfer<Place> {
  readonly outer: Place
  readonly inner: number
  readonly bytes: number
}

/** A plan that runs inside another one, in memory of its own. */
export interface Body<Place> {
  readonly plan: Plan
  /** What is brought in before it runs, and out of it afterwards. */
  readonly enter: readonly Transfer<Place>[]
  readonly leave: readonly Transfer<Place>[]
}

/** Runs one of two bodies, the first where the predicate is true. */
export interface CondStep<Place> {
  readonly kind: 'cond'
  readonly predicate: Place
  readonly memory: Place
  readonly branches: readonly [Body<Place>, Body<Place>]
}

/** Runs a body many times. */
export interface ScanStep<Place> {
  readonly kind: 'scan'
  readonly length: number
  readonly reverse: boolean
  readonly memory: Place
  /** Entered before the first step and left after the last one. */
  readonly body: Body<Place>
  /** Elements of stacked tensors, which come in before a step and go out after it. */
  readonly elements: Pick<Body<Place>, 'enter' | 'leave'>
  /** What a step leaves to the next one: moves within the body's memory, in order. */
  readonly carry: readonly { readonly from: number; readonly to: number; readonly bytes: number }[]
}

export type StructuredStep<Place> = CondStep<Place> | ScanStep<Place>

export type Step<Place> = KernelStep<Place> | LoopStep<Place> | MoveStep<Place> | StructuredStep<Place>

/** Bytes of one element in the engine's memory: bool is a lane of 0 or −1 there. */
export const widthOf = (dtype: DType): 1 | 4 => (dtype === 'u8' ? 1 : 4)

/** What runs in a step: the name of its kernel, or its kind. */
export const kernelOf = (step: Step<unknown>): string => (step.kind === 'call' ? step.kernel : step.kind)
