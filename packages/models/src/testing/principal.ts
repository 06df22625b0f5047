import { type LinearVae, linearVae, type Rows } from './linear-vae.ts'

/** A symmetric matrix as its eigenvalues, largest first, and their eigenvectors, one in each row. */
interface Spectrum {
  readonly values: readonly number[]
  readonly vectors: Rows
}

/** Sweeps of rotations; each squares what is left off the diagonal, so that few are needed. */
const sweeps = 30

/** The spectrum of a symmetric matrix by Jacobi's method: rotations that clear one pair of entries after the other. */
const spectrum = (matrix: Rows): Spectrum => {
  const a = matrix.map((row) => [...row])
  const size = a.length
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!)
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        for (let k = 0; k < size; k++) {
          const [x, y] = [a[k]![p]!, a[k]![q]!]
          a[k]![p] = c * x - s * y
          a[k]![q] = s * x + c * y
        }
        for (const rows of [a, vectors])
          for (let k = 0; k < size; k++) {
            const [x, y] = [rows[p]![k]!, rows[q]![k]!]
            rows[p]![k] = c * x - s * y
            rows[q]![k] = s * x + c * y
          }
      }
  const order = [...a.keys()].sort((i, j) => a[j]![j]! - a[i]![i]!)
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => vectors[i]!) }
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/**
 * The linear VAE under which examples are most likely, of all with Z latent dimensions: W spans the principal directions,
 * each scaled by √(λ − σ²). σ² is the mean of the variances that are left over, unless it is given. The mean of its
 * `logEvidence` over the examples is the most that training can reach; with σ² given also where it is fixed.
 *
 * ```ts
 * const model = principalLinearVae([[-2, 0], [2, 0], [0, -1], [0, 1]], 1)
 * model.noise // → 0.5
 * ```
 *
 * @see M. Tipping and C. Bishop, "Probabilistic principal component analysis" (1999), equations 7 and 8
 */
export const principalLinearVae = (examples: Rows, latent: number, noise?: number): LinearVae => {
  const columns = examples[0]!.map((_, j) => examples.map((row) => row[j]!))
  const bias = columns.map(meanOf)
  const covariance = columns.map((x, i) =>
    columns.map((y, j) => meanOf(x.map((value, row) => (value - bias[i]!) * (y[row]! - bias[j]!)))),
  )
  const { values, vectors } = spectrum(covariance)
  const variance = noise ?? meanOf(values.slice(latent))
  const scales = values.slice(0, latent).map((value) => Math.sqrt(Math.max(0, value - variance)))
  const weight = bias.map((_, i) => scales.map((scale, j) => scale * vectors[j]![i]!))
  return linearVae(weight, bias, variance)
}
