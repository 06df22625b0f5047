import { checkpoint, scan } from '@vae/autograd'
import { add, log, mul, sum, type Tensor, tensor } from '@vae/tensor'
import { expect, it } from 'vitest'
import { firstNonFinite } from './divergence.ts'

const x = tensor([2], [1, 0])

it('names the primitive that made infinity, inside a checkpoint too', () => {
  const f = (y: Tensor<[2]>) => sum(mul(log(y), 2), [0])
  expect(firstNonFinite(f, [x])).toBe('log [2]')
  expect(firstNonFinite(checkpoint(f), [x])).toBe('log [2]')
})

it('names a scan with the result that is not finite', () => {
  const f = scan((total: Tensor<[]>, y: Tensor<[]>) => ({ carry: add(total, y), output: log(y) }))
  expect(firstNonFinite((y: Tensor<[2]>) => sum(f(tensor([], [0]), y).outputs, [0]), [x])).toBe('scan [2]')
})

it('is null where all is finite, or an argument was not', () => {
  expect(firstNonFinite((y: Tensor<[2]>) => mul(y, 2), [x])).toBe(null)
  expect(firstNonFinite((y: Tensor<[2]>) => mul(y, 2), [tensor([2], [1, Infinity])])).toBe(null)
})
