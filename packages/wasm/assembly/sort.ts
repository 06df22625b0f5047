import { F32, I32, U32 } from './kind'

// Sorting indices along one axis of [outer, length, inner]. An element becomes an unsigned number of the same
// order, and above it the index: all numbers of a line differ, so that every way to sort them is stable.

/** The bits of an element as an unsigned number of the same order; NaN is the largest, −0 equals 0. */
@inline
function orderOf(at: usize, kind: i32): u32 {
  if (kind == F32) {
    const value = load<f32>(at) + 0
    if (value != value) return 0xffffffff
    const bits = reinterpret<u32>(value)
    return bits >> 31 ? ~bits : bits | 0x80000000
  }
  if (kind == I32) return load<u32>(at) ^ 0x80000000
  return kind == U32 ? load<u32>(at) : <u32>load<u8>(at)
}

const RUN: i32 = 8

/** Sorts runs of 8 by insertion. */
function sortRuns(at: usize, length: i32): void {
  for (let start = 0; start < length; start += RUN) {
    const first = at + (<usize>start << 3)
    const stop = at + (<usize>min(length, start + RUN) << 3)
    for (let next = first + 8; next < stop; next += 8) {
      const value = load<u64>(next)
      let hole = next
      for (; hole > first && load<u64>(hole - 8) > value; hole -= 8) store<u64>(hole, load<u64>(hole - 8))
      store<u64>(hole, value)
    }
  }
}

/** Merges [from, middle) and [middle, stop) into `to`. */
function merge(from: usize, middle: usize, stop: usize, to: usize): void {
  let left = from, right = middle
  while (left < middle && right < stop) {
    const a = load<u64>(left), b = load<u64>(right)
    const first = a < b
    store<u64>(to, first ? a : b)
    left += <usize>first << 3
    right += <usize>!first << 3
    to += 8
  }
  memory.copy(to, left, middle - left)
  memory.copy(to + (middle - left), right, stop - right)
}

/** Sorts `length` numbers at `a` with as much room at `b`; returns where they are then. */
function mergeSort(a: usize, b: usize, length: i32): usize {
  sortRuns(a, length)
  for (let run = RUN; run < length; run <<= 1) {
    for (let start = 0; start < length; start += 2 * run) {
      const middle = min(length, start + run), stop = min(length, start + 2 * run)
      merge(a + (<usize>start << 3), a + (<usize>middle << 3), a + (<usize>stop << 3), b + (<usize>start << 3))
    }
    const sorted = b
    b = a
    a = sorted
  }
  return a
}

/**
 * to[o, …, i] = the indices that sort from[o, …, i]. A unit of the range is one line; the workspace has room
 * for 16 bytes per element of a line.
 */
export function argsort(
  from: usize, to: usize, length: i32, inner: i32, kind: i32, descending: bool, workspace: usize,
  begin: i32, end: i32,
): void {
  const width: usize = kind <= U32 ? 4 : 1
  const flip: u32 = descending ? 0xffffffff : 0
  for (let line = begin; line < end; line++) {
    const outer = line / inner
    const start = <usize>outer * length * inner + (line - outer * inner)
    let at = from + start * width
    for (let i = 0; i < length; i++) {
      store<u64>(workspace + (<usize>i << 3), (<u64>(orderOf(at, kind) ^ flip) << 32) | <u64>i)
      at += <usize>inner * width
    }
    const sorted = mergeSort(workspace, workspace + (<usize>length << 3), length)
    at = to + (start << 2)
    for (let i = 0; i < length; i++) {
      store<i32>(at, load<i32>(sorted + (<usize>i << 3)))
      at += <usize>inner << 2
    }
  }
}
