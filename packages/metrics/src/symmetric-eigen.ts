/** A square symmetric matrix of size n in row-major order, f64. */
export type SymmetricMatrix = Float64Array

/** What a symmetric matrix is made of: A = V diag(λ) Vᵀ. */
export interface SymmetricEigen {
  /** The n eigenvalues, in descending order. */
  readonly values: Float64Array
  /** V in row-major order; column i is the unit eigenvector of `values[i]`. */
  readonly vectors: Float64Array
}

/** How often all off-diagonal elements are visited at most; convergence is quadratic and takes 6 to 12 visits. */
const maximalSweeps = 60

/** The number of rows of a square matrix. */
const orderOf = (matrix: SymmetricMatrix): number => {
  const n = Math.sqrt(matrix.length)
  if (!Number.isInteger(n))
    throw new RangeError(`symmetricEigen: the matrix must be square, got ${matrix.length} elements`)
  if (!matrix.every(Number.isFinite)) throw new RangeError('symmetricEigen: every element must be finite')
  return n
}

/** Rotates rows p and q of a square matrix of size n in their plane. */
const rotateRows = (a: Float64Array, n: number, p: number, q: number, cosine: number, sine: number): void => {
  for (let i = p * n, j = q * n; i < (p + 1) * n; i++, j++) {
    const x = a[i]!
    const y = a[j]!
    a[i] = cosine * x - sine * y
    a[j] = sine * x + cosine * y
  }
}

/** Makes column p the mirror image of row p. */
const mirrorRow = (a: Float64Array, n: number, p: number): void => {
  for (let k = 0; k < n; k++) a[k * n + p] = a[p * n + k]!
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations, in f64: slower than reduction to
 * tridiagonal form, but short and accurate to the last bits. Reads both halves of the matrix, which must agree. A matrix
 * of size 100 takes some 50 ms, of size 500 some seconds.
 *
 * ```ts
 * symmetricEigen(Float64Array.of(2, 1, 1, 2)).values // → [3, 1]
 * ```
 *
 * Throws a `RangeError` when the matrix is not square or an element is not finite.
 *
 * @see G. Golub, C. Van Loan, "Matrix Computations" (4th edition, 2013), algorithm 8.5.3
 */
export const symmetricEigen = (matrix: SymmetricMatrix): SymmetricEigen => {
  const n = orderOf(matrix)
  const a = Float64Array.from(matrix)
  /** The eigenvectors so far, as rows. */
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  // An off-diagonal element below this changes no eigenvalue beyond its rounding.
  const negligible = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0)) * 2 ** -60
  let rotations = -1
  for (let sweep = 0; sweep < maximalSweeps && rotations !== 0; sweep++) {
    rotations = 0
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!
        if (Math.abs(off) <= negligible) continue
        rotations++
        const [first, second] = [a[p * n + p]!, a[q * n + q]!]
        // The smaller of the two angles that make the element zero.
        const tau = (second - first) / (2 * off)
        const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
        const cosine = 1 / Math.hypot(1, tangent)
        rotateRows(a, n, p, q, cosine, tangent * cosine)
        rotateRows(v, n, p, q, cosine, tangent * cosine)
        // What the rotation of the columns does to the four elements that it shares with that of the rows.
        a[p * n + p] = first - tangent * off
        a[q * n + q] = second + tangent * off
        a[p * n + q] = 0
        a[q * n + p] = 0
        mirrorRow(a, n, p)
        mirrorRow(a, n, q)
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: Float64Array.from(
      { length: n * n },
      (_, index) => v[order[index % n]! * n + Math.floor(index / n)]!,
    ),
  }
}

/**
 * The square root of a symmetric matrix without negative eigenvalues: the one that is so itself. Eigenvalues that
 * rounding made negative count as 0.
 *
 * ```ts
 * squareRoot(Float64Array.of(4, 0, 0, 9)) // → [2, 0, 0, 3]
 * ```
 *
 * Throws like `symmetricEigen`.
 */
export const squareRoot = (matrix: SymmetricMatrix): SymmetricMatrix => {
  const { values, vectors } = symmetricEigen(matrix)
  const n = values.length
  const scaled = vectors.map((value, index) => value * Math.sqrt(Math.sqrt(Math.max(0, values[index % n]!))))
  return timesTransposed(scaled, scaled, n)
}

/** A · Bᵀ of two square matrices of size n. */
export const timesTransposed = (a: Float64Array, b: Float64Array, n: number): Float64Array => {
  const product = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[j * n + k]!
      product[i * n + j] = sum
    }
  return product
}
