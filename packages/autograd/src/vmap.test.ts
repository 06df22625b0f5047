import {
  add,
  conv1d,
  type Key,
  key,
  markParameters,
  matmul,
  mul,
  normal,
  reshape,
  split,
  square,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { compileWith } from './compile.ts'
import { grad } from './grad.ts'
import { referenceEngine } from './reference-engine.ts'
import { vmap } from './vmap.ts'

const rows = tensor([2, 3], [1, 2, 3, 4, 5, 6])
const sumOfSquares = (x: Tensor<[3]>): Tensor<[]> => sum(square(x), [0])

describe('vmap', () => {
  it('adds a batch axis to arguments and result, in the types too', () => {
    const norms: Tensor<[2]> = vmap(sumOfSquares)(rows)
    expect([...norms.data]).toEqual([14, 77])
  })

  it('takes trees and returns trees', () => {
    const f = ({ x, y }: { x: Tensor<[3]>; y: Tensor<[]> }) => ({ scaled: mul(x, y), total: sum(x, [0]) })
    const result: { readonly scaled: Tensor<[2, 3]>; readonly total: Tensor<[2]> } = vmap(f)({
      x: rows,
      y: tensor([2], [10, 100]),
    })
    expect([...result.scaled.data]).toEqual([10, 20, 30, 400, 500, 600])
    expect([...result.total.data]).toEqual([6, 15])
  })

  it('gives the gradient of every example', () => {
    const gradients: Tensor<[2, 3]> = vmap(grad(sumOfSquares))(rows)
    expect([...gradients.data]).toEqual([2, 4, 6, 8, 10, 12])
  })

  it('nests, with itself and with gradients of what it captures', () => {
    const pairs = vmap((x: Tensor<[]>) => vmap((y: Tensor<[]>) => mul(x, y))(tensor([2], [1, 10])))
    expect([...pairs(tensor([3], [1, 2, 3])).data]).toEqual([1, 10, 2, 20, 3, 30])
    const loss = (w: Tensor<[]>): Tensor<[]> => sum(vmap((x: Tensor<[3]>) => mul(sum(x, [0]), w))(rows), [0])
    expect(grad(loss)(tensor([], [0])).data[0]).toBe(21)
  })

  it('shares captured weights, and runs inside compile', () => {
    const weight = markParameters({ w: tensor([3, 1], [1, 10, 100]) }).w
    const one = (x: Tensor<[3]>) => reshape(matmul(reshape(x, [1, 3]), weight), [1])
    expect([...vmap(one)(rows).data]).toEqual([321, 654])
    const compiled = compileWith(referenceEngine)((x: Tensor<[2, 3]>) => vmap(sumOfSquares)(x))
    expect([...compiled(rows).data]).toEqual([14, 77])
  })

  it('draws other numbers for every key', () => {
    const keys = split(key(0), 4)
    const draw = (k: Key) => normal(k, [3])
    const words = Uint32Array.from(keys.flatMap((k) => [...k.data]))
    const drawn: Tensor<[4, 3]> = vmap(draw)(tensor([4, 2], words, 'u32'))
    expect([...drawn.data]).toEqual(keys.flatMap((k) => [...draw(k).data]))
  })

  it('refuses batches of different sizes', () => {
    const f = vmap((x: Tensor<[3]>, y: Tensor<[]>) => add(x, y)) as (...args: unknown[]) => unknown
    expect(() => f(rows, zeros([4]))).toThrow('vmap: batch sizes differ: [2, 3] and [4] (2 ≠ 4)')
    expect(() => f(rows, zeros([]))).toThrow('vmap: every tensor needs a batch axis, a scalar has none')
  })
})

it('takes a captured parameter to primitives that read it as it is', () => {
  const { kernel } = markParameters({ kernel: tensor([1, 1, 1], [3]) })
  const one = (x: Tensor<[1, 1, 2]>) => conv1d(x, kernel)
  expect([...vmap(one)(tensor([2, 1, 1, 2], [1, 2, 3, 4])).data]).toEqual([3, 6, 9, 12])
})
