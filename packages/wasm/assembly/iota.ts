/** to[outer, i, inner] = i for i < length. A unit of the range is one run of `inner` equal elements. */
export function iota(to: usize, length: i32, inner: i32, float: bool, begin: i32, end: i32): void {
  let at = to + ((<usize>begin * inner) << 2)
  for (let unit = begin; unit < end; unit++) {
    const i = unit % length
    const value = float ? reinterpret<i32>(<f32>i) : i
    for (let left = inner; left > 0; left--) {
      store<i32>(at, value)
      at += 4
    }
  }
}
