import { add, exp, item, mul, square, sum, type Tensor, tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { customVjp } from '../custom-vjp.ts'
import { grad } from '../grad.ts'
import { vmap } from '../vmap.ts'

type Scalar = Tensor<[]>
type Row = Tensor<[3]>
const rows = { x: tensor([3], [1, 2, 3]), w: tensor([3], [10, 20, 30]) }

/** x · w, where `backward` reads w from outside, and marks what it gives. */
const scaled = (w: Scalar) =>
  customVjp(
    (x: Scalar) => mul(x, w),
    (x) => ({ value: mul(x, w), residuals: {} }),
    (_, cotangent) => [mul(100, mul(w, cotangent))],
  )

describe('what a function with a derivative of its own reads from outside', () => {
  it('may be batched, with its argument', () => {
    const loss = (x: Row): Scalar => sum(vmap((a: Scalar, w: Scalar) => scaled(w)(a))(x, rows.w), [0])
    expect([...grad(loss)(rows.x).data]).toEqual([1000, 2000, 3000])
  })

  it('may be batched alone: the argument gets the sum of the cotangents', () => {
    const loss = (x: Scalar): Scalar => sum(vmap((w: Scalar) => scaled(w)(x))(rows.w), [0])
    expect(item(grad(loss)(tensor([], [1])))).toBe(6000)
  })

  it('may be shared by a batch of arguments', () => {
    const shared = (w: Scalar) => (x: Row) => sum(vmap(scaled(w))(x), [0])
    const outer = vmap((w: Scalar) => grad(shared(w))(rows.x))(rows.w)
    expect([...outer.data]).toEqual([1000, 1000, 1000, 2000, 2000, 2000, 3000, 3000, 3000])
  })

  it('may be several tensors, of which some are batched', () => {
    const two = (w: Scalar, v: Scalar) =>
      customVjp(
        (x: Scalar) => mul(mul(x, w), v),
        (x) => ({ value: mul(mul(x, w), v), residuals: {} }),
        (_, cotangent) => [mul(100, mul(mul(w, v), cotangent))],
      )
    for (const swapped of [false, true]) {
      const loss = (x: Row, v: Scalar): Scalar =>
        sum(vmap((a: Scalar, w: Scalar) => (swapped ? two(v, w) : two(w, v))(a))(x, rows.w), [0])
      const each = vmap((v: Scalar) => grad(loss)(rows.x, v))(tensor([2], [1, 2]))
      expect([...each.data]).toEqual([1000, 2000, 3000, 2000, 4000, 6000])
    }
  })

  it('may be batched where only backward reads it', () => {
    const f = (w: Scalar) =>
      customVjp(
        (x: Scalar) => exp(x),
        (x) => ({ value: exp(x), residuals: {} }),
        (_, cotangent) => [mul(w, cotangent)],
      )
    const both = (x: Row): Scalar => sum(vmap((a: Scalar, w: Scalar) => f(w)(a))(x, rows.w), [0])
    expect([...grad(both)(rows.x).data]).toEqual([10, 20, 30])
    const alone = (x: Scalar): Scalar => sum(mul(vmap((w: Scalar) => f(w)(x))(rows.w), rows.x), [0])
    expect(item(grad(alone)(tensor([], [1])))).toBe(140)
  })

  it('may be differentiated where only backward reads it', () => {
    const f = (w: Scalar): Scalar =>
      add(
        customVjp(
          (x: Scalar) => exp(x),
          (x) => ({ value: exp(x), residuals: {} }),
          (_, cotangent) => [mul(w, cotangent)],
        )(tensor([], [0])),
        square(w),
      )
    expect(item(grad(f)(tensor([], [3])))).toBe(6)
  })

  it('is refused where it is differentiated, however little reads it', () => {
    const f = (w: Scalar): Scalar =>
      customVjp(
        (x: Scalar) => exp(exp(mul(x, w))),
        (x) => ({ value: exp(exp(mul(x, w))), residuals: x }),
        (_, cotangent) => [cotangent],
      )(tensor([], [1]))
    expect(() => grad(f)(tensor([], [3]))).toThrow('customVjp: the function reads')
    const without = (w: Scalar): Scalar =>
      customVjp(
        () => tensor([], [9]),
        () => ({ value: square(w), residuals: {} }),
        () => [],
      )()
    expect(() => grad(without)(tensor([], [3]))).toThrow('customVjp: the function reads')
  })
})

it('a result of such a function that the loss does not read has the cotangent 0', () => {
  const f = customVjp(
    (x: Scalar) => ({ y: exp(x), z: square(x) }),
    (x) => ({ value: { y: exp(x), z: square(x) }, residuals: {} }),
    (_, { y, z }) => [add(mul(y, 3), mul(z, 5))],
  )
  expect(item(grad((x: Scalar) => f(x).y)(tensor([], [1])))).toBe(3)
  expect(item(grad((x: Scalar) => f(x).z)(tensor([], [1])))).toBe(5)
})
