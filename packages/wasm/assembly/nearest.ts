import { argExtremum } from './arg-extremum'
import { F32 } from './kind'
import { matmul, matmulUnits, matmulWorkspace } from './matmul'
import { ROWS } from './tile'

// Which row of a codebook is nearest, without the matrix of distances: a strip of products at a time is made,
// turned into distances and searched while it lies in the cache.

/** Panels of rows that are one strip: enough that packing the codebook for each does not count. */
const PANELS: i32 = 48

/** Units of the range of `nearest`. */
export function nearestUnits(m: i32): i32 {
  return (matmulUnits(m, 1, false) + PANELS - 1) / PANELS
}

@inline
function stripBytes(m: i32, n: i32): i32 {
  return (min(m, PANELS * ROWS) * n * 4 + 127) & ~63
}

/** Bytes of workspace of `nearest` for each thread. */
export function nearestWorkspace(m: i32, n: i32, k: i32): i32 {
  return stripBytes(m, n) + matmulWorkspace(m, n, k)
}

/** row ← (column + terms) − factor · row, or terms − factor · row if there is no column. */
@inline
function distances(row: usize, terms: usize, column: usize, factor: f32, n: i32): void {
  const own: f32 = column == 0 ? 0 : load<f32>(column)
  const factors = f32x4.splat(factor), owns = f32x4.splat(own)
  let left = n
  for (; left >= 4; left -= 4) {
    let base = v128.load(terms)
    if (column != 0) base = f32x4.add(owns, base)
    v128.store(row, f32x4.sub(base, f32x4.mul(v128.load(row), factors)))
    row += 16
    terms += 16
  }
  for (; left > 0; left--) {
    let base = load<f32>(terms)
    if (column != 0) base = own + base
    store<f32>(row, base - load<f32>(row) * factor)
    row += 4
    terms += 4
  }
}

/**
 * to[i] = where (columns[i] + terms[j]) − factor · (a · b)[i, j] is least, or largest, over j: the first among equals.
 * `columns` may be 0, and `factor` is the bits of a float. Operands of the product are as in `matmul`. A unit of the range
 * is a strip of rows.
 */
export function nearest(
  a: usize,
  b: usize,
  terms: usize,
  columns: usize,
  to: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeLeft: bool,
  transposeRight: bool,
  factor: i32,
  least: bool,
  workspace: usize,
  begin: i32,
  end: i32,
): void {
  const panels = matmulUnits(m, n, false)
  const packing = workspace + <usize>stripBytes(m, n)
  const stride = <usize>n << 2
  for (let strip = begin; strip < end; strip++) {
    const first = strip * PANELS, last = min(panels, first + PANELS)
    const row = first * ROWS, stop = min(m, last * ROWS)
    // where a whole matrix would begin of which the strip is a part
    const matrix = workspace - <usize>row * stride
    matmul(a, b, matrix, m, n, k, transposeLeft, transposeRight, false, 0, 0, packing, first, last)
    for (let i = row; i < stop; i++)
      distances(matrix + <usize>i * stride, terms, columns == 0 ? 0 : columns + (<usize>i << 2), reinterpret<f32>(factor), n)
    argExtremum(matrix, to, n, 1, F32, least, row, stop)
  }
}
