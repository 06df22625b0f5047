// Strided copies of [rows, columns] planes; what has more axes is a loop around these. Strides are in
// elements and may be 0 (repeat). A unit of the range is one row.

@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5)
}

@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7)
}

/** 4-byte elements: to[row · toRow + column · toColumn] = from[row · fromRow + column · fromColumn]. */
export function copyWords(
  from: usize,
  to: usize,
  columns: i32,
  fromRow: i32,
  fromColumn: i32,
  toRow: i32,
  toColumn: i32,
  begin: i32,
  end: i32,
): void {
  let row = begin
  if (fromRow == 1 && toColumn == 1)
    for (; row + 4 <= end; row += 4)
      transposeRows(from + (<usize>row << 2), to + ((<usize>row * toRow) << 2), columns, fromColumn, toRow)
  for (; row < end; row++) {
    const source = from + ((<usize>row * fromRow) << 2)
    const target = to + ((<usize>row * toRow) << 2)
    if (fromColumn == 1 && toColumn == 1) memory.copy(target, source, <usize>columns << 2)
    else if (fromColumn == 0 && toColumn == 1) repeat(source, target, columns)
    else
      for (let column = 0; column < columns; column++)
        store<i32>(
          target + ((<usize>column * toColumn) << 2),
          load<i32>(source + ((<usize>column * fromColumn) << 2)),
        )
  }
}

/** Four rows of a target whose rows lie as columns in the source. */
function transposeRows(from: usize, to: usize, columns: i32, fromColumn: i32, toRow: i32): void {
  const step = <usize>fromColumn << 2
  let t0 = to
  let t1 = t0 + (<usize>toRow << 2)
  let t2 = t1 + (<usize>toRow << 2)
  let t3 = t2 + (<usize>toRow << 2)
  let left = columns
  for (; left >= 4; left -= 4) {
    const r0 = v128.load(from), r1 = v128.load(from + step)
    const r2 = v128.load(from + step * 2), r3 = v128.load(from + step * 3)
    const a0 = low(r0, r2), a1 = high(r0, r2), b0 = low(r1, r3), b1 = high(r1, r3)
    v128.store(t0, low(a0, b0))
    v128.store(t1, high(a0, b0))
    v128.store(t2, low(a1, b1))
    v128.store(t3, high(a1, b1))
    from += step * 4
    t0 += 16
    t1 += 16
    t2 += 16
    t3 += 16
  }
  for (; left > 0; left--) {
    store<i32>(t0, load<i32>(from))
    store<i32>(t1, load<i32>(from, 4))
    store<i32>(t2, load<i32>(from, 8))
    store<i32>(t3, load<i32>(from, 12))
    from += step
    t0 += 4
    t1 += 4
    t2 += 4
    t3 += 4
  }
}

function repeat(from: usize, to: usize, columns: i32): void {
  const value = v128.load32_splat(from)
  for (; columns >= 4; columns -= 4) {
    v128.store(to, value)
    to += 16
  }
  for (; columns > 0; columns--) {
    v128.store_lane<i32>(to, value, 0)
    to += 4
  }
}

/** As `copyWords`, for elements of one byte. */
export function copyBytes(
  from: usize,
  to: usize,
  columns: i32,
  fromRow: i32,
  fromColumn: i32,
  toRow: i32,
  toColumn: i32,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const source = from + <usize>row * fromRow
    const target = to + <usize>row * toRow
    if (fromColumn == 1 && toColumn == 1) memory.copy(target, source, columns)
    else
      for (let column = 0; column < columns; column++)
        store<u8>(target + <usize>column * toColumn, load<u8>(source + <usize>column * fromColumn))
  }
}
