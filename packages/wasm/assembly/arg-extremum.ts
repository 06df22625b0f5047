import { F32, I32, U32, U8 } from './kind'

// Where along one axis of [outer, length, inner] the largest or smallest element is: the first among equals,
// and the first NaN before any number.

@inline
function beats<T extends number>(a: T, b: T, least: bool): bool {
  const further = least ? a < b : a > b
  return isFloat<T>() ? further || (a != a && b == b) : further
}

@inline
function beatsInLanes<T>(a: v128, b: v128, least: bool): v128 {
  const further = least ? v128.lt<T>(a, b) : v128.gt<T>(a, b)
  return isFloat<T>() ? v128.or(further, v128.and(v128.ne<T>(a, a), v128.eq<T>(b, b))) : further
}

/** Of two places, each the first of its own elements, the one that is right for both. */
@inline
function better<T extends number>(at: usize, i: i32, j: i32, least: bool): i32 {
  const a = load<T>(at + <usize>i * sizeof<T>()), b = load<T>(at + <usize>j * sizeof<T>())
  if (beats<T>(a, b, least)) return i
  return beats<T>(b, a, least) ? j : min(i, j)
}

/** A contiguous line of at least four elements of 32 bits: four lanes look at every fourth element each. */
@inline
function bestOfLine<T extends number>(at: usize, length: i32, least: bool): i32 {
  let best = v128.load(at)
  let indices = i32x4(0, 1, 2, 3), current = indices
  let i = 4
  for (; i + 4 <= length; i += 4) {
    const next = v128.load(at + (<usize>i << 2))
    current = i32x4.add(current, i32x4.splat(4))
    const found = beatsInLanes<T>(next, best, least)
    best = v128.bitselect(next, best, found)
    indices = v128.bitselect(current, indices, found)
  }
  let result = better<T>(at, i32x4.extract_lane(indices, 0), i32x4.extract_lane(indices, 1), least)
  result = better<T>(at, result, i32x4.extract_lane(indices, 2), least)
  result = better<T>(at, result, i32x4.extract_lane(indices, 3), least)
  for (; i < length; i++) result = better<T>(at, result, i, least)
  return result
}

@inline
function bestOf<T extends number>(at: usize, length: i32, stride: usize, least: bool): i32 {
  let best = load<T>(at)
  let index = 0
  for (let i = 1; i < length; i++) {
    at += stride
    const next = load<T>(at)
    if (beats<T>(next, best, least)) {
      best = next
      index = i
    }
  }
  return index
}

@inline
function linesOf<T extends number>(
  from: usize, to: usize, length: i32, inner: i32, least: bool, begin: i32, end: i32,
): void {
  for (let line = begin; line < end; line++) {
    const outer = line / inner
    const at = from + (<usize>outer * length * inner + (line - outer * inner)) * sizeof<T>()
    let index = 0
    if (sizeof<T>() == 4 && inner == 1 && length >= 4) index = bestOfLine<T>(at, length, least)
    else if (length > 0) index = bestOf<T>(at, length, <usize>inner * sizeof<T>(), least)
    store<i32>(to + (<usize>line << 2), index)
  }
}

function argExtremumOf<T extends number>(
  from: usize, to: usize, length: i32, inner: i32, least: bool, begin: i32, end: i32,
): void {
  if (least) linesOf<T>(from, to, length, inner, true, begin, end)
  else linesOf<T>(from, to, length, inner, false, begin, end)
}

/** to[o, i] = the index of the largest (or `least`) of from[o, …, i]. A unit of the range is one line. */
export function argExtremum(
  from: usize, to: usize, length: i32, inner: i32, kind: i32, least: bool, begin: i32, end: i32,
): void {
  if (kind == F32) argExtremumOf<f32>(from, to, length, inner, least, begin, end)
  else if (kind == I32) argExtremumOf<i32>(from, to, length, inner, least, begin, end)
  else if (kind == U32) argExtremumOf<u32>(from, to, length, inner, least, begin, end)
  else if (kind == U8) argExtremumOf<u8>(from, to, length, inner, least, begin, end)
}
