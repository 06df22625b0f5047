import type { DType } from '../dtype.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'

/** The element types that operations ask for, under the words in which messages name them. */
export const dtypeGroups = {
  f32: ['f32'],
  i32: ['i32'],
  bool: ['bool'],
  'f32 or i32': ['f32', 'i32'],
  'f32, i32 or u32': ['f32', 'i32', 'u32'],
  'f32, i32, u32 or u8': ['f32', 'i32', 'u32', 'u8'],
  'f32, i32, u32, u8 or bool': ['f32', 'i32', 'u32', 'u8', 'bool'],
} as const satisfies Record<string, readonly DType[]>

/** The group of all element types. */
export const anyDType = 'f32, i32, u32, u8 or bool'

/** The words for a group of element types. */
export type DTypeGroup = keyof typeof dtypeGroups

/** The element types of a group. */
export type DTypesOf<Group extends DTypeGroup> = (typeof dtypeGroups)[Group][number]

export type DTypeMismatch<
  Operation extends string,
  Expected extends string,
  D extends DType,
> = `${Operation}: expected ${Expected}, got ${D}`

/** `DTypeMismatch` as a refusal. */
export type RefusedDType<Operation extends string, Expected extends string, D extends DType> = Refused<
  DTypeMismatch<Operation, Expected, D>
>

/** `Parameter` when the dtype D is in the group, else the message. */
export type GuardDType<Operation extends string, Group extends DTypeGroup, D extends DType, Parameter> = [
  D,
] extends [DTypesOf<Group>]
  ? Parameter
  : DTypeMismatch<Operation, Group, D>

/**
 * What an operation on dtypes D and E says that wants both to be the same one of a group, or null. `never`
 * stands for an operand that is a number, which takes the dtype of the other.
 */
export type DTypesDiffer<
  Operation extends string,
  Group extends DTypeGroup,
  D extends DType,
  E extends DType,
> = [D] extends [DTypesOf<Group>]
  ? [D] extends [never]
    ? [E] extends [DTypesOf<Group>]
      ? null
      : DTypeMismatch<Operation, Group, E>
    : [E] extends [D]
      ? null
      : DTypeMismatch<Operation, D, E>
  : DTypeMismatch<Operation, Group, D>

/** Throws, as a `ShapeError`, what a message about dtypes says. */
const refuse = (operation: string, expected: string, dtype: DType): never => {
  throw new ShapeError(`${operation}: expected ${expected}, got ${dtype}`)
}

/**
 * The run-time twin of `GuardDType`. Throws its message as a `ShapeError`.
 *
 * ```ts
 * checkDType('exp', 'f32', zeros([2]).dtype)
 * ```
 */
export const checkDType = (operation: string, group: DTypeGroup, dtype: DType): void => {
  const allowed: readonly DType[] = dtypeGroups[group]
  if (!allowed.includes(dtype)) refuse(operation, group, dtype)
}

/**
 * The run-time twin of `DTypesDiffer`: the dtype of both operands, of which at most one is null, that of a
 * number. Two numbers are f32. Throws its message as a `ShapeError`.
 *
 * ```ts
 * commonDType('add', 'f32, i32 or u32', 'i32', null) // → 'i32'
 * ```
 */
export const commonDType = (
  operation: string,
  group: DTypeGroup,
  left: DType | null,
  right: DType | null,
): DType => {
  const dtype = left ?? right ?? 'f32'
  checkDType(operation, group, dtype)
  if (right !== null && right !== dtype) refuse(operation, dtype, right)
  return dtype
}
