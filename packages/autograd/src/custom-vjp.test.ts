import {
  add,
  cast,
  exp,
  floor,
  full,
  item,
  type Key,
  key,
  minimum,
  mul,
  normal,
  sin,
  square,
  sum,
  type Tensor,
  type TensorOf,
  tensor,
  zeros,
} from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compileWith } from './compile.ts'
import { customVjp } from './custom-vjp.ts'
import { jvp } from './forward.ts'
import { grad } from './grad.ts'
import { referenceEngine } from './reference-engine.ts'
import { vmap } from './vmap.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])

/** x² with a gradient that is ten times too large, so that one can tell. */
const marked = customVjp(
  (x: Scalar) => square(x),
  (x) => ({ value: square(x), residuals: { x } }),
  ({ x }, cotangent) => [mul(20, mul(x, cotangent))],
)

describe('customVjp', () => {
  it('has the value of the function and the gradient of backward', () => {
    expect(item(marked(scalar(3)))).toBe(9)
    expect(item(grad(marked)(scalar(3)))).toBe(60)
  })

  it('differentiates backward for the gradient of the gradient', () => {
    expect(item(grad(grad(marked))(scalar(3)))).toBe(20)
    expect(item(jvp(grad(marked), scalar(3), scalar(1)).tangent)).toBe(20)
    const third = customVjp(
      (x: Scalar) => sin(x),
      (x) => ({ value: sin(x), residuals: x }),
      (x, cotangent) => [mul(exp(x), cotangent)],
    )
    expect(item(grad(grad(grad(third)))(scalar(0)))).toBe(1)
  })

  it('takes trees and keys, and ignores the cotangents of integers', () => {
    type Params = { readonly w: Tensor<[2]>; readonly count: TensorOf<[], 'i32'> }
    const f = customVjp(
      (p: Params, k: Key) => ({ y: add(p.w, normal(k, [2])), n: p.count }),
      (p, k) => ({ value: { y: add(p.w, normal(k, [2])), n: p.count }, residuals: { p, k } }),
      ({ p, k }, { y }) => {
        expectTypeOf(y).toEqualTypeOf<Tensor<[2]>>()
        return [{ w: mul(y, p.w), count: p.count }, k]
      },
    )
    const params: Params = { w: tensor([2], [2, 3]), count: full([], 7, 'i32') }
    const result = f(params, key(0))
    expectTypeOf(result).toEqualTypeOf<{ y: Tensor<[2]>; n: TensorOf<[], 'i32'> }>()
    expect(item(result.n)).toBe(7)
    const gradient = grad((p: Params) => {
      const { y, n } = f(p, key(0))
      return mul(sum(y, [0]), cast(n, 'f32'))
    })(params)
    expect([...gradient.w.data]).toEqual([14, 21])
  })

  it('works in batches, compiled, and as a straight-through estimator', () => {
    const round = customVjp(
      (x: Tensor<[2]>) => floor(add(x, 0.5)),
      (x) => ({ value: floor(add(x, 0.5)), residuals: {} }),
      (_, cotangent) => [cotangent],
    )
    const loss = (x: Tensor<[2]>): Scalar => sum(square(round(x)), [0])
    expect([...grad(loss)(tensor([2], [0.2, 1.7])).data]).toEqual([0, 4])
    const rows = tensor([2, 2], [0.2, 1.7, 2.6, -0.8])
    expect([...vmap(grad(loss))(rows).data]).toEqual([0, 4, 6, -2])
    expect([...grad((x: Tensor<[2, 2]>) => sum(vmap(loss)(x), [0]))(rows).data]).toEqual([0, 4, 6, -2])
    expect([...compileWith(referenceEngine)(grad(loss))(tensor([2], [0.2, 1.7])).data]).toEqual([0, 4])
  })

  it('sums the cotangents of examples that share an argument', () => {
    const scaled = customVjp(
      (x: Scalar, w: Scalar) => mul(x, w),
      (x, w) => ({ value: mul(x, w), residuals: { x, w } }),
      ({ x, w }, c) => [mul(c, w), mul(c, x)],
    )
    const loss = (w: Scalar): Scalar =>
      sum(vmap((x: Scalar) => scaled(x, w))(tensor([3], [1, 2, 4])) as Tensor<[3]>, [0])
    expect(item(grad(loss)(scalar(5)))).toBe(7)
  })

  it('may clip a gradient, reading a bound of the enclosing recording', () => {
    const clipped = (bound: Scalar) =>
      customVjp(
        (x: Scalar) => x,
        (x) => ({ value: x, residuals: {} }),
        (_, c) => [mul(bound, minimum(c, 1))],
      )
    const f = (bound: Scalar): Scalar => grad((x: Scalar) => mul(9, clipped(bound)(x)))(scalar(1))
    expect(item(f(scalar(2)))).toBe(2)
    expect(item(grad(f)(scalar(2)))).toBe(1)
  })
})

describe('what customVjp refuses, with its sentence', () => {
  it('forward mode', () => {
    expect(() => jvp(marked, scalar(1), scalar(1))).toThrow(
      'jvp: a function made by customVjp has a derivative in reverse mode only',
    )
  })

  it('a gradient with respect to what it captures', () => {
    const f = (w: Scalar): Scalar =>
      customVjp(
        (x: Scalar) => mul(x, w),
        (x) => ({ value: mul(x, w), residuals: {} }),
        (_, c) => [c],
      )(scalar(1))
    expect(item(f(scalar(2)))).toBe(2)
    expect(() => grad(f)(scalar(2))).toThrow(
      'customVjp: the function reads captured.0 [] from outside, which is differentiated, but backward gives ' +
        'cotangents of the arguments only: pass it as an argument',
    )
  })

  it('another value, and other cotangents, where the types could not tell', () => {
    const unknown = <T>(x: unknown): T => x as T
    const value = customVjp(
      (x: Scalar) => x,
      () => ({ value: unknown<Scalar>(zeros([2])), residuals: {} }),
      (_, c) => [c],
    )
    expect(() => value(scalar(1))).toThrow(
      'customVjp: the function gives f32[], the value of forward is f32[2]',
    )
    const cotangent = customVjp(
      (x: { readonly w: Scalar }) => x.w,
      ({ w }) => ({ value: w, residuals: {} }),
      () => [{ w: unknown<Scalar>(zeros([2])) }],
    )
    expect(() => cotangent({ w: scalar(1) })).toThrow(
      'customVjp: backward must give f32[] for argument 0.w, it gives f32[2]',
    )
  })

  it('other cotangents, by type', () => {
    customVjp(
      (x: Scalar) => x,
      (x) => ({ value: x, residuals: {} }),
      // @ts-expect-error the cotangent of a scalar is a scalar
      () => [zeros([2])],
    )
  })
})
