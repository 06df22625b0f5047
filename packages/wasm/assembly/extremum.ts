import { F32, I32, U32, U8 } from './kind'

// The largest or smallest elements over one axis of [outer, reduce, inner]. NaN is larger and smaller than
// anything, as the instructions have it.

@inline
function pick<T>(a: v128, b: v128, least: bool): v128 {
  return least ? v128.min<T>(a, b) : v128.max<T>(a, b)
}

@inline
function pickOne<T extends number>(a: T, b: T, least: bool): T {
  return least ? min<T>(a, b) : max<T>(a, b)
}

/** What any element replaces. */
@inline
function initial<T extends number>(least: bool): T {
  if (isFloat<T>()) return <T>(least ? Infinity : -Infinity)
  if (isSigned<T>()) return <T>(least ? i32.MAX_VALUE : i32.MIN_VALUE)
  return <T>(least ? -1 : 0)
}

/** The extremum of all lanes. */
@inline
function across<T>(a: v128, least: bool): T {
  a = pick<T>(a, v128.shuffle<i64>(a, a, 1, 0), least)
  a = pick<T>(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2), least)
  if (sizeof<T>() == 1) {
    a = pick<T>(a, v128.shuffle<i16>(a, a, 1, 0, 3, 2, 5, 4, 7, 6), least)
    a = pick<T>(a, v128.shuffle<i8>(a, a, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14), least)
  }
  return v128.extract_lane<T>(a, 0)
}

/** inner = 1. A unit of the range is one row. */
@inline
function rows<T extends number>(from: usize, to: usize, reduce: i32, least: bool, begin: i32, end: i32): void {
  const bytes = <usize>reduce * sizeof<T>()
  for (let row = begin; row < end; row++) {
    let at = from + <usize>row * bytes
    let best = initial<T>(least)
    if (bytes >= 16) {
      // the last vector may overlap the one before: an element that counts twice changes nothing
      const last = at + bytes - 16
      let all = v128.load(last)
      for (; at < last; at += 16) all = pick<T>(all, v128.load(at), least)
      best = across<T>(all, least)
    } else
      for (const stop = at + bytes; at < stop; at += sizeof<T>()) best = pickOne<T>(best, load<T>(at), least)
    store<T>(to + <usize>row * sizeof<T>(), best)
  }
}

/** A unit of the range is a block of 64 bytes of one `outer`. */
@inline
function columns<T extends number>(
  from: usize, to: usize, reduce: i32, inner: i32, least: bool, begin: i32, end: i32,
): void {
  const stride = <usize>inner * sizeof<T>()
  const blocks = (<i32>stride + 63) / 64
  for (let unit = begin; unit < end; unit++) {
    const outer = unit / blocks
    let offset = <usize>(unit - outer * blocks) * 64
    const stop = min<usize>(stride, offset + 64)
    const source = from + <usize>outer * reduce * stride
    const target = to + <usize>outer * stride
    for (; offset + 16 <= stop; offset += 16) {
      let best = v128.splat<T>(initial<T>(least))
      let at = source + offset
      for (let r = 0; r < reduce; r++) {
        best = pick<T>(best, v128.load(at), least)
        at += stride
      }
      v128.store(target + offset, best)
    }
    for (; offset < stop; offset += sizeof<T>()) {
      let best = initial<T>(least)
      let at = source + offset
      for (let r = 0; r < reduce; r++) {
        best = pickOne<T>(best, load<T>(at), least)
        at += stride
      }
      store<T>(target + offset, best)
    }
  }
}

function extremumOf<T extends number>(
  from: usize, to: usize, reduce: i32, inner: i32, least: bool, begin: i32, end: i32,
): void {
  if (inner == 1) {
    if (least) rows<T>(from, to, reduce, true, begin, end)
    else rows<T>(from, to, reduce, false, begin, end)
  } else if (least) columns<T>(from, to, reduce, inner, true, begin, end)
  else columns<T>(from, to, reduce, inner, false, begin, end)
}

/** to[o, i] = the largest (or `least`) of from[o, …, i]. The range counts rows if inner = 1, else blocks. */
export function extremum(
  from: usize, to: usize, reduce: i32, inner: i32, kind: i32, least: bool, begin: i32, end: i32,
): void {
  if (kind == F32) extremumOf<f32>(from, to, reduce, inner, least, begin, end)
  else if (kind == I32) extremumOf<i32>(from, to, reduce, inner, least, begin, end)
  else if (kind == U32) extremumOf<u32>(from, to, reduce, inner, least, begin, end)
  else if (kind == U8) extremumOf<u8>(from, to, reduce, inner, least, begin, end)
}
