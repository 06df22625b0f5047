import {
  type AnyTensor,
  conv2d,
  exp,
  logSumExp,
  matmul,
  mul,
  neg,
  sigmoid,
  softmax,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad } from './grad.ts'
import { shapes, tensors } from './testing/arbitraries.ts'

type T = Tensor<number[]>

const floats = (shape: readonly number[]): fc.Arbitrary<T> =>
  tensors(shape) as fc.Arbitrary<AnyTensor> as fc.Arbitrary<T>

/** ⟨x, y⟩. */
const dot = (x: T, y: T): Tensor<[]> =>
  sum(
    mul(x, y),
    x.shape.map((_, axis) => axis),
  ) as AnyTensor as Tensor<[]>

const total = (x: T): Tensor<[]> =>
  sum(
    x,
    x.shape.map((_, axis) => axis),
  ) as AnyTensor as Tensor<[]>

/** The Hessian of `f` at x times v, as the gradient of a gradient. */
const hessianTimes = (f: (x: T) => Tensor<[]>, x: T, v: T): T => grad((at: T) => dot(grad(f)(at), v))(x)

/** Within 10⁻⁵ of the largest element. */
const expectClose = (actual: T, expected: T): void => {
  expect(actual.shape).toEqual(expected.shape)
  const allowed = 1e-5 * Math.max(1, ...Array.from(expected.data, Math.abs))
  expected.data.forEach((value, index) => {
    expect(Math.abs(actual.data[index]! - value)).toBeLessThanOrEqual(allowed)
  })
}

describe('grad(grad(f)) is the second derivative in closed form', () => {
  const s = sigmoid
  const forms: { readonly [name: string]: readonly [f: (x: T) => T, second: (x: T) => T] } = {
    'tanh: −2 t (1 − t²)': [tanh, (x) => mul(mul(-2, tanh(x)), sub(1, square(tanh(x))))],
    'sigmoid: s (1 − s) (1 − 2 s)': [s, (x) => mul(mul(s(x), sub(1, s(x))), sub(1, mul(2, s(x))))],
    'exp: e^x': [exp, exp],
    'softplus: s (1 − s)': [softplus, (x) => mul(s(x), sub(1, s(x)))],
  }
  it.each(Object.entries(forms))('%s', (_, [f, second]) => {
    const case_ = shapes().chain((shape) => fc.tuple(floats(shape), floats(shape)))
    fc.assert(
      fc.property(case_, ([x, v]) => {
        expectClose(
          hessianTimes((at) => total(f(at)), x, v),
          mul(second(x), v),
        )
      }),
    )
  })

  it('logSumExp: (diag p − p pᵀ) v with p the softmax', () => {
    const case_ = fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(floats([n]), floats([n])))
    fc.assert(
      fc.property(case_, ([x, v]) => {
        const p = softmax(x, 0)
        const closed = sub(mul(p, v), mul(p, dot(p, v)))
        expectClose(
          hessianTimes((at) => logSumExp(at, [0]) as AnyTensor as Tensor<[]>, x, v),
          closed,
        )
      }),
    )
  })

  it('½ ‖A B‖²: V B Bᵀ in A and Aᵀ A V in B', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(4), fc.integer({ min: 1, max: 4 }))
    const case_ = sizes.chain(([m, k, n]) =>
      fc.tuple(floats([m, k]), floats([k, n]), floats([m, k]), floats([k, n])),
    )
    fc.assert(
      fc.property(case_, ([a, b, v, w]) => {
        const half = (x: T): Tensor<[]> => mul(total(square(x)), 0.5)
        const inA = matmul(matmul(v, b), transpose(b)) as T
        const inB = matmul(transpose(a), matmul(a, w)) as T
        expectClose(
          hessianTimes((at) => half(matmul(at, b) as T), a, v),
          inA,
        )
        expectClose(
          hessianTimes((at) => half(matmul(a, at) as T), b, w),
          inB,
        )
      }),
    )
  })

  it('conv2d is bilinear: mixed second derivatives are gradients, its own are zero', () => {
    const numbers = (min: number, max: number) => fc.integer({ min, max })
    const case_ = fc
      .tuple(numbers(1, 2), numbers(1, 2), numbers(3, 5), numbers(1, 3), numbers(1, 2), numbers(0, 1))
      .chain(([channels, outputs, size, window, stride, padding]) =>
        fc.record({
          x: floats([1, channels, size, size]),
          u: floats([1, channels, size, size]),
          k: floats([outputs, channels, window, window]),
          v: floats([outputs, channels, window, window]),
          options: fc.constant({ stride, padding }),
        }),
      )
    fc.assert(
      fc.property(case_, ({ x, u, k, v, options }) => {
        const weight = (y: T): T => tanh(y)
        const convolved = (input: T, kernel: T): T => conv2d(input, kernel, options) as AnyTensor as T
        const c = weight(convolved(u, v))
        const f = (input: T, kernel: T) => dot(convolved(input, kernel), c)
        // ∂/∂x ⟨∂f/∂k, v⟩ = ∂/∂x f(x, v), and the other way round.
        const mixed = grad((at: T) => dot(grad((kernel: T) => f(at, kernel))(k), v))(x)
        expectClose(mixed, grad((at: T) => f(at, v))(x))
        const turned = grad((at: T) => dot(grad((input: T) => f(input, at))(x), u))(k)
        expectClose(turned, grad((at: T) => f(u, at))(k))
        expectClose(
          hessianTimes((at) => f(x, at), k, v),
          mul(neg(k), 0),
        )
        // ½ ‖x ∗ k‖² in k: the gradient of ⟨x ∗ k, x ∗ v⟩.
        const half = (kernel: T) => mul(total(square(convolved(x, kernel))), 0.5)
        const product = convolved(x, v)
        expectClose(hessianTimes(half, k, v), grad((at: T) => dot(convolved(x, at), product))(k))
      }),
    )
  })
})
