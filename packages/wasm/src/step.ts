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

/**
 * How a loop over [rows, columns] reads an operand: element by element, one element for all, one row for
 * every row, or one element per row.
 */
export type Access = 'all' | 'one' | 'row' | 'column'

export interface LoopRead<Place> {
  readonly place: Place
  readonly dtype: DType
  readonly access: Access
}

/** A register's value: made from registers before it, or a constant. */
export type LoopInstruction =
  | { readonly operation: VectorOperation; readonly of: readonly number[] }
  | { readonly bits: number }

export interface LoopWrite<Place> {
  readonly place: Place
  readonly dtype: DType
  readonly register: number
}

/** A fused elementwise loop. Registers 0, 1, … hold the reads, then the instructions in order. */
export interface LoopStep<Place> {
  readonly kind: 'loop'
  readonly elements: number
  /** Length of a row where an operand is read by row or by column, else 0: one flat loop. */
  readonly columns: number
  readonly reads: readonly LoopRead<Place>[]
  readonly instructions: readonly LoopInstruction[]
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
