import type { DType, NumericDType } from '../dtype.ts'
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
  /** (x, y, …) → joined along `axis`; the other axes are equal. */
  readonly concat: { readonly axis: number }
  /** (x) → in the opposite order along `axes`. */
  readonly flip: { readonly axes: readonly number[] }
  /** () → 0, 1, 2, … along `axis` of `shape`, the same for all other indices. */
  readonly iota: { readonly shape: Shape; readonly axis: number; readonly dtype: NumericDType }
  /**
   * (x […batch, …outer, N, …inner], indices: i32 […batch, …count]) → […batch, …outer, …count, …inner]: the elements of
   * x at the given indices along `axis`. The first `batchDims` axes of both are the same. An index outside of
   * 0 … N − 1 gives 0.
   */
  readonly gather: { readonly axis: number; readonly batchDims: number }
  /**
   * (x, indices, updates) → x with every update added where `gather` would have read it; repeated indices add up, those
   * outside are left out.
   */
  readonly scatterAdd: { readonly axis: number; readonly batchDims: number }
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
  /** e^x − 1, exact for small x. */
  readonly expm1: None
  /** The largest whole number not above x. */
  readonly floor: None
  readonly sin: None
  readonly cos: None
  /** 2/√π · ∫₀ˣ e^−t² dt. */
  readonly erf: None
  /** Bitwise on u32 and i32, logical on bool. */
  readonly not: None
  readonly tanh: None
  /** 1 / (1 + e^−x). */
  readonly sigmoid: None

  readonly add: None
  readonly sub: None
  readonly mul: None
  /** For integers: truncated towards zero; division by zero gives 0. */
  readonly div: None
  /** x^y; NaN for a negative x and a y that is not whole. */
  readonly pow: None
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
  /** (x) → the largest over `axes`, which are dropped; NaN if one is NaN, −∞ (or the least integer) over none. */
  readonly reduceMax: { readonly axes: readonly number[] }
  /** (x) → the smallest over `axes`, which are dropped; NaN if one is NaN, ∞ (or the greatest integer) over none. */
  readonly reduceMin: { readonly axes: readonly number[] }
  /** (x) → i32: the index of the first largest element along `axis`, which is dropped; NaN counts as largest. */
  readonly argmax: { readonly axis: number }
  /** (x) → i32: the index of the first smallest element along `axis`, which is dropped; NaN counts as smallest. */
  readonly argmin: { readonly axis: number }
  /** (x) → i32: the indices that sort x along `axis`; stable, NaN last (first when descending). */
  readonly argsort: { readonly axis: number; readonly descending: boolean }
  /** (x) → running sums along `axis`, from the end if `reverse`. */
  readonly cumsum: { readonly axis: number; readonly reverse: boolean }
  /**
   * (input [N, C, …spatial], kernel [O, C / featureGroups, …window]) → [N / batchGroups, O, …]: cross-correlation of any
   * rank. The input is first spread by `lhsDilation`, then padded by `low` and `high` (negative crops); the kernel is
   * spread by `rhsDilation` and moves by `stride`. With `featureGroups` g, outputs group j sees input channels group j;
   * with `batchGroups` g, it sees the examples of batch group j. At most one of the two is above 1.
   */
  readonly conv: {
    readonly stride: readonly number[]
    readonly low: readonly number[]
    readonly high: readonly number[]
    readonly lhsDilation: readonly number[]
    readonly rhsDilation: readonly number[]
    readonly featureGroups: number
    readonly batchGroups: number
  }
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
  /** (x, …others) → x, known only after the others are, and never taken for x: what reads it is computed anew. */
  readonly barrier: None
}

/** The name of a primitive. */
export type Primitive = keyof PrimitiveParameters
