import type { Engine } from '@vae/autograd'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availableFeatures } from './features.ts'
import { instantiateKernels, sizesOf } from './kernels.ts'
import { disagreement } from './testing/compare.ts'
import { engines } from './testing/engines.ts'
import { randomTensor, single } from './testing/tape.ts'

interface Product {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly transposeLeft: boolean
  readonly transposeRight: boolean
}

/** The product in float64, with the sum of the magnitudes of its terms: what rounding errors are bounded by. */
const oracle = (a: ArrayLike<number>, b: ArrayLike<number>, p: Product) => {
  const { batch, m, n, k } = p
  const values = new Float64Array(batch * m * n)
  const magnitudes = new Float64Array(batch * m * n)
  for (let t = 0; t < batch; t++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        for (let q = 0; q < k; q++) {
          const x = a[t * m * k + (p.transposeLeft ? q * m + i : i * k + q)]!
          const y = b[t * k * n + (p.transposeRight ? j * k + q : q * n + j)]!
          values[(t * m + i) * n + j]! += x * y
          magnitudes[(t * m + i) * n + j]! += Math.abs(x * y)
        }
  return { values, magnitudes }
}

const check = (engine: Engine, p: Product) => {
  const { batch, m, n, k, transposeLeft, transposeRight } = p
  const a = randomTensor([batch, ...(transposeLeft ? [k, m] : [m, k])], 'f32', m + 1)
  const b = randomTensor([batch, ...(transposeRight ? [n, k] : [k, n])], 'f32', n + 1)
  const program = engine.load(single('matmul', { transposeLeft, transposeRight }, [a, b]), { donations: [] })
  const [c] = program.run([a, b])
  program.close()
  const { values, magnitudes } = oracle(a.data, b.data, p)
  // a sum of k products, each rounded twice, is off by at most (k + 1) · 2⁻²⁴ of the terms' magnitudes
  return disagreement(c!.data, values, (x, y, i) => Math.abs(x - y) <= (k + 1) * 2 ** -24 * magnitudes[i]!)
}

const transposes = [false, true].flatMap((transposeLeft) =>
  [false, true].map((transposeRight) => ({ transposeLeft, transposeRight })),
)

describe.each(engines)('$features', (engine) => {
  test('small and odd sizes, all transposes, batches', () => {
    const size = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 24, 31, 40, 65)
    fc.assert(
      fc.property(
        fc.record({ batch: fc.integer({ min: 1, max: 3 }), m: size, n: size, k: size }),
        fc.constantFrom(...transposes),
        (sizes, transpose) => {
          expect(check(engine, { ...sizes, ...transpose })).toBeNull()
        },
      ),
    )
  })

  test.each(transposes)('several blocks along every axis: %o', (transpose) => {
    for (const [m, n, k] of [
      [128, 400, 784],
      [245, 9, 257],
      [11, 777, 515],
    ])
      expect(check(engine, { batch: 1, m: m!, n: n!, k: k!, ...transpose })).toBeNull()
  })
})

describe.each(availableFeatures())('%s', (features) => {
  test.each([
    { m: 23, n: 19, k: 300 },
    { m: 1, n: 171, k: 50 },
    { m: 171, n: 1, k: 50 },
  ])(
    'ranges compute their own rows or columns, bit for bit those of one call: $m × $n',
    async ({ m, n, k }) => {
      const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true })
      const exports = await instantiateKernels(memory, features)
      const { matmulUnits, matmulWorkspace } = sizesOf(exports)
      const matmul = exports.matmul as (...args: number[]) => void
      const batch = 3
      const workspace = 1024
      const a = workspace + matmulWorkspace(m, n, k)
      const b = a + 4 * batch * m * k
      const c = b + 4 * batch * k * n
      const floats = new Float32Array(memory.buffer)
      floats.set(randomTensor([batch * m * k], 'f32', 1).data, a / 4)
      floats.set(randomTensor([batch * k * n], 'f32', 2).data, b / 4)
      const result = () => floats.slice(c / 4, c / 4 + batch * m * n)
      for (const transpose of [0, 1]) {
        matmul(a, b, c, m, n, k, transpose, transpose, 0, 0, 0, workspace, 0, batch * matmulUnits(m, n, 0))
        const whole = result()
        for (const byColumns of [0, 1] as const) {
          const units = batch * matmulUnits(m, n, byColumns)
          floats.fill(0, c / 4, c / 4 + batch * m * n)
          const cuts = [0, 2, 7, 8, units].map((cut) => Math.min(cut, units))
          for (const i of [2, 0, 3, 1])
            matmul(a, b, c, m, n, k, transpose, transpose, byColumns, 0, 0, workspace, cuts[i]!, cuts[i + 1]!)
          expect(result()).toEqual(whole)
        }
      }
    },
  )
})
