import { F32, U8 } from './kind'

@inline
function runningSums<T extends number>(from: usize, to: usize, length: i32, step: usize): void {
  // floats accumulate in f64, as sums do; integers wrap
  let wide: f64 = 0
  let whole: T = <T>0
  for (; length > 0; length--) {
    if (isFloat<T>()) {
      wide += <f64>load<T>(from)
      store<T>(to, <T>wide)
    } else {
      whole = <T>(whole + load<T>(from))
      store<T>(to, whole)
    }
    from += step
    to += step
  }
}

/** Running sums along `length` of [outer, length, inner], from the end if `reverse`. A unit is one line. */
export function cumsum(
  from: usize, to: usize, length: i32, inner: i32, kind: i32, reverse: bool, begin: i32, end: i32,
): void {
  const width: usize = kind == U8 ? 1 : 4
  const stride = <usize>inner * width
  for (let line = begin; line < end; line++) {
    const outer = line / inner
    let start = (<usize>outer * length * inner + (line - outer * inner)) * width
    if (reverse) start += <usize>(length - 1) * stride
    const step = reverse ? <usize>0 - stride : stride
    if (kind == F32) runningSums<f32>(from + start, to + start, length, step)
    else if (kind == U8) runningSums<u8>(from + start, to + start, length, step)
    else runningSums<i32>(from + start, to + start, length, step)
  }
}
