/*
 * The linear Gaussian VAE, which is probabilistic principal component analysis: the one VAE of which everything is known
 * exactly. z ~ N(0, I), x | z ~ N(W z + b, σ² I). All in f64, row by row on plain arrays, independent of what it judges.
 * Tipping and Bishop, "Probabilistic principal component analysis" (1999), equations 2 to 6.
 */

/** Rows of numbers. */
export type Rows = readonly (readonly number[])[]

/** A Gaussian with a full covariance. */
export interface FullGaussian {
  readonly mean: readonly number[]
  readonly covariance: Rows
}

/** A linear VAE with everything that can be known of it. */
export interface LinearVae {
  /** W, F × Z. */
  readonly weight: Rows
  /** b, F numbers. */
  readonly bias: readonly number[]
  /** σ² of p(x | z). */
  readonly noise: number
  /** log p(x) in nats, exact: x ~ N(b, W Wᵀ + σ² I). */
  readonly logEvidence: (x: readonly number[]) => number
  /** p(z | x), exact: N(M⁻¹ Wᵀ (x − b), σ² M⁻¹) with M = Wᵀ W + σ² I. */
  readonly posterior: (x: readonly number[]) => FullGaussian
  /** log p(x | z) in nats. */
  readonly logLikelihood: (x: readonly number[], z: readonly number[]) => number
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0)

const transposed = (a: Rows): Rows => a[0]!.map((_, column) => a.map((row) => row[column]!))

const product = (a: Rows, b: Rows): Rows => {
  const columns = transposed(b)
  return a.map((row) => columns.map((column) => dot(row, column)))
}

const plusDiagonal = (a: Rows, value: number): Rows =>
  a.map((row, i) => row.map((x, j) => (i === j ? x + value : x)))

/** L with A = L Lᵀ for a symmetric positive definite A. */
const cholesky = (a: Rows): Rows => {
  const l = a.map((row) => row.map(() => 0))
  for (const [i, row] of a.entries())
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - dot(l[i]!.slice(0, j), l[j]!.slice(0, j))
      l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!
    }
  return l
}

/** A⁻¹ b by the Cholesky factor of A. */
const solve = (l: Rows, b: readonly number[]): number[] => {
  const y: number[] = []
  for (const [i, row] of l.entries()) y.push((b[i]! - dot(row.slice(0, i), y)) / row[i]!)
  const x = [...y]
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) x[i]! -= l[j]![i]! * x[j]!
    x[i]! /= l[i]![i]!
  }
  return x
}

/** log N(x; 0, A) in nats, by the Cholesky factor of A. */
const logNormal = (l: Rows, x: readonly number[]): number => {
  const logDeterminant = 2 * l.reduce((sum, row, i) => sum + Math.log(row[i]!), 0)
  return -0.5 * (dot(x, solve(l, x)) + logDeterminant + x.length * Math.log(2 * Math.PI))
}

const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]!)

/**
 * The linear VAE with weights W (F × Z), bias b (F) and noise σ².
 *
 * ```ts
 * const model = linearVae([[1], [2]], [0, 0], 1)
 * model.posterior([1, 2]).mean // → [0.8333]
 * ```
 */
export const linearVae = (weight: Rows, bias: readonly number[], noise: number): LinearVae => {
  const marginal = cholesky(plusDiagonal(product(weight, transposed(weight)), noise))
  const precision = cholesky(plusDiagonal(product(transposed(weight), weight), noise))
  const unit = transposed(weight).map((_, i, rows) => rows.map((_, j) => (i === j ? noise : 0)))
  const covariance = unit.map((row) => solve(precision, row))
  return {
    weight,
    bias,
    noise,
    logEvidence: (x) => logNormal(marginal, minus(x, bias)),
    posterior: (x) => ({
      mean: solve(
        precision,
        transposed(weight).map((column) => dot(column, minus(x, bias))),
      ),
      covariance,
    }),
    logLikelihood: (x, z) => {
      const error = minus(
        x,
        weight.map((row, i) => dot(row, z) + bias[i]!),
      )
      return -0.5 * (dot(error, error) / noise + x.length * Math.log(2 * Math.PI * noise))
    },
  }
}
