import type { Direction, DType } from '@vae/tensor'
import type { VectorInstruction } from './code.ts'
import { apply, bits, type Expression, floatBits, operand } from './expression.ts'
import type { VectorKernel } from './kernels.ts'

/*
 * Elementwise primitives on vector registers. In registers every element has 32 bits: u8 is widened when
 * loaded, and bool is a mask of 0 or −1.
 */

const x = operand(0)
const y = operand(1)
const one = floatBits(1)

type PerDType<T> = Partial<Record<DType, T>>

const of = <T>(name: string, table: PerDType<T>, dtype: DType): T => {
  const found = table[dtype]
  if (found === undefined) throw new TypeError(`${name}: not defined for dtype ${dtype}`)
  return found
}

/** A primitive that is one instruction (or function) per dtype. */
export const direct =
  (name: string, table: PerDType<VectorInstruction | VectorKernel>) =>
  (dtype: DType, arity: number): Expression =>
    apply(of(name, table, dtype), ...[x, y].slice(0, arity))

const magnitude = apply('f32x4.abs', x)

/** ±1 with the sign of x where |x| > 0, else x itself: keeps −0 and NaN, as `Math.sign` does. */
const signs: PerDType<Expression> = {
  f32: apply(
    'v128.bitselect',
    apply('v128.or', apply('v128.and', x, bits(1 << 31)), bits(one)),
    x,
    apply('f32x4.gt', magnitude, bits(0)),
  ),
  i32: apply('i32x4.sub', apply('i32x4.lt_s', x, bits(0)), apply('i32x4.gt_s', x, bits(0))),
}

export const sign = (dtype: DType): Expression => of('sign', signs, dtype)

const floats: Record<Direction, VectorInstruction> = {
  lt: 'f32x4.lt',
  le: 'f32x4.le',
  eq: 'f32x4.eq',
  ne: 'f32x4.ne',
  ge: 'f32x4.ge',
  gt: 'f32x4.gt',
}
const signed: Record<Direction, VectorInstruction> = {
  lt: 'i32x4.lt_s',
  le: 'i32x4.le_s',
  eq: 'i32x4.eq',
  ne: 'i32x4.ne',
  ge: 'i32x4.ge_s',
  gt: 'i32x4.gt_s',
}
const unsigned: Record<Direction, VectorInstruction> = {
  lt: 'i32x4.lt_u',
  le: 'i32x4.le_u',
  eq: 'i32x4.eq',
  ne: 'i32x4.ne',
  ge: 'i32x4.ge_u',
  gt: 'i32x4.gt_u',
}
// the mask −1 of true is the largest unsigned number, so that false < true
const comparisons = { f32: floats, i32: signed, u32: unsigned, u8: unsigned, bool: unsigned }

export const compare = (direction: Direction, dtype: DType): Expression =>
  apply(comparisons[dtype][direction], x, y)

export const select: Expression = apply('v128.bitselect', operand(1), operand(2), operand(0))

const toFloat: Record<DType, Expression> = {
  f32: x,
  i32: apply('f32x4.convert_i32x4_s', x),
  u32: apply('f32x4.convert_i32x4_u', x),
  u8: apply('f32x4.convert_i32x4_s', x),
  bool: apply('v128.and', x, bits(one)),
}
const toUnsigned: Record<DType, Expression> = {
  f32: apply('i32x4.trunc_sat_f32x4_u', x),
  i32: apply('i32x4.max_s', x, bits(0)),
  u32: x,
  u8: x,
  bool: apply('v128.and', x, bits(1)),
}
const toSigned: Record<DType, Expression> = {
  ...toUnsigned,
  f32: apply('i32x4.trunc_sat_f32x4_s', x),
  i32: x,
  u32: apply('i32x4.min_u', x, bits(0x7fffffff)),
}
const toMask: Record<DType, Expression> = {
  f32: apply('f32x4.ne', x, bits(0)),
  i32: apply('i32x4.ne', x, bits(0)),
  u32: apply('i32x4.ne', x, bits(0)),
  u8: apply('i32x4.ne', x, bits(0)),
  bool: x,
}

/** Towards zero and saturating, ≠ 0 for bool. */
export const cast = (from: DType, to: DType): Expression => {
  if (to === 'f32') return toFloat[from]
  if (to === 'u32') return toUnsigned[from]
  if (to === 'i32') return toSigned[from]
  if (to === 'bool') return toMask[from]
  return from === 'u8' || from === 'bool'
    ? toUnsigned[from]
    : apply('i32x4.min_u', toUnsigned[from], bits(255))
}

/** The lane that holds `value` in registers. */
export const laneOf = (value: number, dtype: DType): number => {
  if (dtype === 'f32') return floatBits(value)
  if (dtype === 'bool') return value !== 0 ? -1 : 0
  return dtype === 'u8' ? value & 0xff : value | 0
}
