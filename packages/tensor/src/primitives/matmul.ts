import { sameShape, showShape, sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import { matmulShape } from '../shape/matmul.ts'
import type { TensorSpec } from '../tensor.ts'
import type { Definition } from './definition.ts'

/** The operand's shape as it takes part in the product. */
const effective = ({ shape }: TensorSpec, transposed: boolean): readonly number[] =>
  transposed && shape.length >= 2 ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape

export const matmul: Definition<'matmul'> = {
  spec: ([left, right], { transposeLeft, transposeRight }) => {
    const a = effective(left!, transposeLeft)
    const b = effective(right!, transposeRight)
    if (left!.dtype !== 'f32' || right!.dtype !== 'f32')
      throw new ShapeError(`matmul: defined for f32, got ${left!.dtype} and ${right!.dtype}`)
    const shape = matmulShape(a, b)
    if (!sameShape(a.slice(0, -2), b.slice(0, -2)))
      throw new ShapeError(`matmul: batch dimensions differ: ${showShape(a)} and ${showShape(b)}`)
    return { shape, dtype: 'f32' }
  },
  evaluate: ([left, right], { transposeLeft, transposeRight }, result) => {
    const [m, n] = result.shape.slice(-2) as [number, number]
    const k = left!.shape.at(transposeLeft ? -2 : -1)!
    const [aRow, aStep] = transposeLeft ? [1, m] : [k, 1]
    const [bStep, bColumn] = transposeRight ? [1, k] : [n, 1]
    const [{ data: lefts }, { data: rights }] = [left!, right!]
    const row = new Float64Array(n)
    const batches = sizeOf(result.shape.slice(0, -2))
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < m; i++) {
        row.fill(0)
        for (let step = 0; step < k; step++) {
          const a = lefts[batch * m * k + i * aRow + step * aStep]!
          const b = batch * k * n + step * bStep
          for (let j = 0; j < n; j++) row[j]! += a * rights[b + j * bColumn]!
        }
        result.data.set(row, (batch * m + i) * n)
      }
    }
  },
}
