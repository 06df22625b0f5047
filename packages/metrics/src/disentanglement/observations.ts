import type { Differ } from '@vae/models'
import type { Same, Tensor, TensorOf } from '@vae/tensor'
import { checkRows } from '../refusal.ts'

/** Factors of N examples: whole numbers that name values, in no order unless a metric says so. */
export type Factors<N extends number, F extends number> = TensorOf<[N, F], 'i32'>

/** Factors `[M, F]`, or a message where there are not as many as codes `[N, Z]`. */
export type GuardFactors<
  Moment,
  Operation extends string,
  N extends number,
  Z extends number,
  M extends number,
  F extends number,
> =
  Same<Moment, N, M> extends true
    ? Factors<M, F>
    : Differ<Moment, Operation, 'codes and factors', [N, Z], [M, F], N, M>

/** Codes and factors of the same examples, column by column. */
export interface Observations {
  readonly count: number
  /** Z columns of `count` codes. */
  readonly codes: readonly Float64Array[]
  /** F columns of `count` values, each from 0 to the number of values of that factor less 1. */
  readonly factors: readonly Int32Array[]
  /** How many values each factor takes. */
  readonly values: readonly number[]
}

/** Column `column` of a matrix in row-major order, in the order of `rows`. */
const columnOf = (
  data: ArrayLike<number>,
  columns: number,
  column: number,
  rows: ArrayLike<number>,
): number[] => Array.from(rows, (row) => data[row * columns + column]!)

/** Compares rows of a matrix, lexicographically. */
const compareRows = (data: ArrayLike<number>, columns: number, a: number, b: number): number => {
  for (let i = 0; i < columns; i++) {
    const difference = data[a * columns + i]! - data[b * columns + i]!
    if (difference !== 0) return difference
  }
  return 0
}

/** The place of each value among the different values, in ascending order. */
const numbered = (column: readonly number[]): { readonly column: Int32Array; readonly values: number } => {
  const values = [...new Set(column)].sort((a, b) => a - b)
  const places = new Map(values.map((value, place) => [value, place]))
  return { column: Int32Array.from(column, (value) => places.get(value)!), values: values.length }
}

/**
 * Codes and factors of one data set, in an order of their own (by code, then by factor), so that every sum over examples
 * gives the same bits in whatever order they come. Throws a sentence where codes are not finite, there is no example, or
 * a factor takes one value only, of which nothing can be learnt.
 */
export const observationsOf = (
  operation: string,
  codes: Tensor<[number, number]>,
  factors: Factors<number, number>,
): Observations => {
  checkRows(operation, 'codes and factors', codes, factors)
  const [count, z] = codes.shape
  const f = factors.shape[1]
  if (count === 0) throw new RangeError(`${operation}: at least one example is needed`)
  if (!codes.data.every(Number.isFinite)) throw new RangeError(`${operation}: every code must be finite`)
  const rows = Array.from({ length: count }, (_, row) => row).sort(
    (a, b) => compareRows(codes.data, z, a, b) || compareRows(factors.data, f, a, b),
  )
  const columns = Array.from({ length: f }, (_, i) => numbered(columnOf(factors.data, f, i, rows)))
  const constant = columns.findIndex(({ values }) => values < 2)
  if (constant >= 0)
    throw new RangeError(`${operation}: factor ${constant} takes one value only, leave it out`)
  return {
    count,
    codes: Array.from({ length: z }, (_, i) => Float64Array.from(columnOf(codes.data, z, i, rows))),
    factors: columns.map(({ column }) => column),
    values: columns.map(({ values }) => values),
  }
}

/** The values of each factor, in ascending order. */
export const valuesInOrder = (factors: Factors<number, number>): readonly (readonly number[])[] => {
  const width = factors.shape[1]
  return Array.from({ length: width }, (_, f) =>
    [...new Set(factors.data.filter((_value, index) => index % width === f))].sort((a, b) => a - b),
  )
}

/** The two largest of some numbers, 0 standing in for those that are missing. */
export const twoLargest = (values: readonly number[]): readonly [number, number] => {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a)
  return [first, second]
}

/** The arithmetic mean. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
