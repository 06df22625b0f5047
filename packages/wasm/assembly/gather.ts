import { F32, U8 } from './kind'

// Rows of `inner` elements at given indices of x [batch, outer, size, inner]; indices are [batch, count].

@inline
function copyRow(from: usize, to: usize, bytes: usize): void {
  if (bytes == 4) {
    store<i32>(to, load<i32>(from))
    return
  }
  if (bytes >= 256) {
    memory.copy(to, from, bytes)
    return
  }
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  for (; bytes > 0; bytes--) store<u8>(to++, load<u8>(from++))
}

/** to[b, o, i] = x[b, o, indices[b, i]] or 0. Rows have `bytes` bytes; a unit of the range is one of them. */
export function gather(
  x: usize, indices: usize, to: usize, size: i32, count: i32, outer: i32, bytes: usize, begin: i32, end: i32,
): void {
  for (let unit = begin; unit < end; unit++) {
    const slice = unit / count
    const index = load<u32>(indices + (<usize>(slice / outer * count + unit - slice * count) << 2))
    const target = to + <usize>unit * bytes
    if (index < <u32>size) copyRow(x + (<usize>slice * size + index) * bytes, target, bytes)
    else memory.fill(target, 0, bytes)
  }
}

@inline
function addRow<T extends number>(from: usize, to: usize, elements: i32): void {
  const stop = to + <usize>elements * sizeof<T>()
  for (; to + 16 <= stop; to += 16) {
    v128.store(to, v128.add<T>(v128.load(to), v128.load(from)))
    from += 16
  }
  for (; to < stop; to += sizeof<T>()) {
    store<T>(to, <T>(load<T>(to) + load<T>(from)))
    from += sizeof<T>()
  }
}

@inline
function widen(from: usize, to: usize, elements: i32): void {
  for (; elements > 0; elements--) {
    store<f64>(to, <f64>load<f32>(from))
    from += 4
    to += 8
  }
}

@inline
function narrow(from: usize, to: usize, elements: i32): void {
  for (; elements > 0; elements--) {
    store<f32>(to, <f32>load<f64>(from))
    from += 8
    to += 4
  }
}

/** Adds floats to doubles. */
@inline
function addWide(from: usize, to: usize, elements: i32): void {
  for (; elements >= 2; elements -= 2) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(from))
    v128.store(to, f64x2.add(v128.load(to), x))
    from += 8
    to += 16
  }
  if (elements > 0) store<f64>(to, load<f64>(to) + <f64>load<f32>(from))
}

/** Elements that lie in the workspace at a time; at least one row does. */
const CHUNK: i32 = 16384

/** Bytes of workspace that `scatterAdd` needs. */
export function scatterWorkspace(size: i32, inner: i32): i32 {
  return max(inner, min(CHUNK, size * inner)) * 8
}

/**
 * to = x with updates[b, o, i] added to row indices[b, i] of [b, o]; indices outside are left out. Updates of
 * one row are added in their order, floats in f64: the result does not depend on ranges. A unit of the range
 * is one row of x.
 */
export function scatterAdd(
  x: usize, indices: usize, updates: usize, to: usize, size: i32, count: i32, outer: i32, inner: i32,
  kind: i32, workspace: usize, begin: i32, end: i32,
): void {
  const rows = kind == F32 && inner > 0 ? max(1, CHUNK / inner) : size
  const bytes = <usize>inner * (kind == U8 ? 1 : 4)
  while (begin < end) {
    const slice = begin / size
    const first = begin - slice * size
    const last = min(min(size, first + rows), first + end - begin)
    const target = to + <usize>begin * bytes
    const elements = (last - first) * inner
    if (kind == F32) widen(x + <usize>begin * bytes, workspace, elements)
    else memory.copy(target, x + <usize>begin * bytes, <usize>(last - first) * bytes)
    const list = indices + (<usize>(slice / outer * count) << 2)
    for (let i = 0; i < count; i++) {
      const row = load<i32>(list + (<usize>i << 2)) - first
      if (<u32>row >= <u32>(last - first)) continue
      const from = updates + (<usize>slice * count + i) * bytes
      if (kind == F32) addWide(from, workspace + ((<usize>row * inner) << 3), inner)
      else if (kind == U8) addRow<u8>(from, target + <usize>row * bytes, inner)
      else addRow<i32>(from, target + <usize>row * bytes, inner)
    }
    if (kind == F32) narrow(workspace, target, elements)
    begin += last - first
  }
}
