import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LinearVae, linearVae, type Rows } from './linear-vae.ts'
import { principalLinearVae } from './principal.ts'

const value = fc.double({ min: -3, max: 3, noNaN: true })
const vector = (size: number) => fc.array(value, { minLength: size, maxLength: size })
const matrix = (rows: number, columns: number) =>
  fc.array(vector(columns), { minLength: rows, maxLength: rows })

/** Twelve examples in four dimensions, none of them flat: the last four are unit vectors. */
const examples: fc.Arbitrary<Rows> = matrix(8, 4).map((rows) => [
  ...rows,
  ...[0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))),
])

const likelihood = ({ logEvidence }: LinearVae, rows: Rows): number =>
  rows.reduce((sum, x) => sum + logEvidence(x), 0) / rows.length

describe('principalLinearVae', () => {
  it('makes examples more likely than any other linear VAE does', () => {
    fc.assert(
      fc.property(
        examples,
        matrix(4, 2),
        vector(4),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        (rows, w, b, s) => {
          const best = principalLinearVae(rows, 2)
          const perturbed = (size: number) =>
            linearVae(
              best.weight.map((row, i) => row.map((x, j) => x + size * w[i]![j]!)),
              best.bias.map((x, i) => x + size * b[i]!),
              best.noise * (1 + size * (s - 1)),
            )
          for (const other of [linearVae(w, b, s), perturbed(0.1), perturbed(0.01)])
            expect(likelihood(other, rows)).toBeLessThanOrEqual(likelihood(best, rows) + 1e-9)
        },
      ),
    )
  })

  it('is the best also among those with a given σ²', () => {
    fc.assert(
      fc.property(examples, matrix(4, 2), fc.double({ min: 0.05, max: 3, noNaN: true }), (rows, w, s) => {
        const best = principalLinearVae(rows, 2, s)
        const near = best.weight.map((row, i) => row.map((x, j) => x + 0.05 * w[i]![j]!))
        for (const other of [linearVae(w, best.bias, s), linearVae(near, best.bias, s)])
          expect(likelihood(other, rows)).toBeLessThanOrEqual(likelihood(best, rows) + 1e-9)
      }),
    )
  })
})
