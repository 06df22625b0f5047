import { flip, matmul, mul, ones, sum, type Tensor, tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { customVjp } from '../custom-vjp.ts'
import { grad } from '../grad.ts'
import { vmap } from '../vmap.ts'

describe('a batch of customVjp', () => {
  it('has the residuals of each example, beside an argument that all share', () => {
    type Pair = Tensor<[2]>
    const shared: Pair = ones([2])
    const product = customVjp(
      (w: Pair, x: Pair) => mul(w, x),
      (w, x) => ({ value: mul(w, x), residuals: { x } }),
      // To flip is to name an axis: of an example, or of the batch by mistake.
      ({ x }, c) => [mul(c, x), mul(c, flip(x, [0]))],
    )
    const total = (xs: Tensor<[3, 2]>) => sum(vmap((x: Pair) => product(shared, x))(xs), [0, 1])
    expect([...grad(total)(tensor([3, 2], [1, 2, 3, 4, 5, 6])).data]).toEqual([2, 1, 4, 3, 6, 5])
  })

  it('has what backward captures of each example', () => {
    type Row = Tensor<[1, 2]>
    const marked = (x: Row, matrix: Tensor<[2, 2]>): Row =>
      customVjp(
        (z: Row) => mul(z, z),
        (z) => ({ value: mul(z, z), residuals: {} }),
        (_, c) => [matmul(c, matrix)],
      )(x)
    const matrices = tensor([3, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40, 5, 6, 7, 8])
    const total = (xs: Tensor<[3, 1, 2]>) => sum(vmap(marked)(xs, matrices), [0, 1, 2])
    expect([...grad(total)(ones([3, 1, 2])).data]).toEqual([4, 6, 40, 60, 12, 14])
  })
})
