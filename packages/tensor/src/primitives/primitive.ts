import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'

type None = Readonly<Record<never, never>>

/** How `compare` relates its operands. */
export type Direction = 'lt' | 'le' | 'eq' | 'ne' | 'ge' | 'gt'

/**
 * Every primitive with its static parameters. Operands are always tensors; binary primitives take operands
 * of equal shape (operations insert `broadcastTo`), and every primitive here has one result.
 */
export interface PrimitiveParameters {
  /** () → a tensor of `shape` filled with `value`. */
  readonly fill: { readonly value: number; readonly shape: Shape; readonly dtype: DType }
  /** (x) → the same elements in row-major order under another shape. */
  readonly reshape: { readonly shape: Shape }
  /** (x) → result axis i is operand axis `axes[i]`. */
  readonly permute: { readonly axes: readonly number[] }
  /** (x) → x repeated to `shape` by the NumPy rules (aligned right, 1 repeats). */
  readonly broadcastTo: { readonly shape: Shape }
  /** (x) → along each axis the elements start, start + stride, … below limit. */
  readonly slice: {
    readonly start: readonly number[]
    readonly limit: readonly number[]
    readonly stride: readonly number[]
  }
  /** (x) → x with `interior` zeros between elements, then `low` before and `high` after; negative crops. */
  readonly pad: {
    readonly low: readonly number[]
    readonly high: readonly number[]
    readonly interior: readonly number[]
  }
  /** (x) → converted by value; float to integer truncates towards zero and saturates, anything to bool is ≠ 0. */
  readonly cast: { readonly dtype: DType }
  /** (x) → the same 32 bits read as another 32-bit dtype. */
  readonly bitcast: { readonly dtype: 'f32' | 'i32' | 'u32' }

  readonly neg: None
  readonly abs: None
  /** −1, 0 or 1. */
  readonly sign: None
  readonly exp: None
  readonly log: None
  /** log(1 + x), exact for small x. */
  readonly log1p: None
  readonly sqrt: None
  readonly tanh: None
  /** 1 / (1 + e^−x). */
  readonly sigmoid: None

  readonly add: None
  readonly sub: None
  readonly mul: None
  /** For integers: truncated towards zero; division by zero gives 0. */
  readonly div: None
  /** NaN if either operand is NaN. */
  readonly max: None
  /** NaN if either operand is NaN. */
  readonly min: None
  /** Bitwise on u32 and i32, logical on bool. */
  readonly and: None
  /** Bitwise on u32 and i32, logical on bool. */
  readonly or: None
  /** (a, b) → bool. */
  readonly compare: { readonly direction: Direction }
  /** (condition: bool, whenTrue, whenFalse) → element by element. */
  readonly select: None

  /** (x) → summed over `axes` (ascending, not negative), which are dropped. */
  readonly sum: { readonly axes: readonly number[] }
  /**
   * (left […batch, M, K], right […batch, K, N]) → […batch, M, N]. With `transposeLeft` the left operand is
   * […batch, K, M]; with `transposeRight` the right one is […batch, N, K]. Batch dimensions are equal.
   */
  readonly matmul: { readonly transposeLeft: boolean; readonly transposeRight: boolean }
  /**
   * (keys: u32[…batch, 2]) → u32[…batch, …shape]: Threefry-2x32 with 20 rounds. Of the elements of one key,
   * 2j and 2j + 1 are the two words of the block with counter (⌊j / 2³²⌋, j mod 2³²).
   */
  readonly randomBits: { readonly shape: Shape }
  /** (x) → x, with a gradient of zero. */
  readonly stopGradient: None
}

/** The name of a primitive. */
export type Primitive = keyof PrimitiveParameters
