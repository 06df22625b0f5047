import {
  add,
  exp,
  full,
  greater,
  item,
  log,
  mul,
  sin,
  sqrt,
  square,
  sum,
  type Tensor,
  type TensorOf,
  tensor,
  zeros,
} from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compileWith } from './compile.ts'
import { cond } from './cond.ts'
import { jvp } from './forward.ts'
import { grad } from './grad.ts'
import { hessian } from './hessian.ts'
import { record } from './recorder.ts'
import { referenceEngine } from './reference-engine.ts'
import { show } from './show.ts'
import { vmap } from './vmap.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])
const truth = (x: 0 | 1): TensorOf<[], 'bool'> => tensor([], [x], 'bool')

const piecewise = (x: Scalar): Scalar =>
  cond(
    greater(x, 0),
    (y: Scalar) => mul(y, square(y)),
    (y) => sin(y),
    x,
  )

describe('cond', () => {
  it('takes one branch, and keeps the types of its result', () => {
    const f = (p: TensorOf<[], 'bool'>) =>
      cond(
        p,
        (a: Tensor<[2]>, b: Scalar) => ({ y: mul(a, b), n: full([], 1, 'i32') }),
        (a, b) => ({ y: add(a, b), n: full([], 2, 'i32') }),
        tensor([2], [1, 2]),
        scalar(10),
      )
    expectTypeOf(f(truth(1))).toEqualTypeOf<{ y: Tensor<[2]>; n: TensorOf<[], 'i32'> }>()
    expect([...f(truth(1)).y.data, item(f(truth(1)).n)]).toEqual([10, 20, 1])
    expect([...f(truth(0)).y.data, item(f(truth(0)).n)]).toEqual([11, 12, 2])
  })

  it('has the derivatives of the branch taken, of any order', () => {
    expect([2, -1].map((x) => item(piecewise(scalar(x))))).toEqual([8, Math.fround(Math.sin(-1))])
    expect(item(grad(piecewise)(scalar(2)))).toBe(12)
    expect(item(grad(piecewise)(scalar(-1)))).toBeCloseTo(Math.cos(-1), 6)
    expect(item(hessian(piecewise)(scalar(2)))).toBe(12)
    expect(item(grad(grad(grad(piecewise)))(scalar(2)))).toBe(6)
    expect(item(jvp(piecewise, scalar(2), scalar(1)).tangent)).toBe(12)
  })

  it('lets no infinity of the other branch into a gradient', () => {
    const safe = (x: Scalar): Scalar =>
      cond(
        greater(x, 0),
        (y: Scalar) => sqrt(log(y)),
        (y) => mul(y, 2),
        x,
      )
    expect(item(grad(safe)(scalar(-1)))).toBe(2)
    expect([...vmap(grad(safe))(tensor([2], [-1, -2])).data]).toEqual([2, 2])
  })

  it('differentiates what the branches capture', () => {
    const f = (w: Scalar): Scalar =>
      cond(
        greater(w, 0),
        () => exp(w),
        () => mul(w, 3),
      )
    expect(item(grad(f)(scalar(0.5)))).toBeCloseTo(Math.exp(0.5), 5)
    expect(item(grad(f)(scalar(-1)))).toBe(3)
  })

  it('runs in batches, with one predicate or one for each example, and compiled', () => {
    expect([...vmap(piecewise)(tensor([3], [1, 2, 0])).data]).toEqual([1, 8, 0])
    const gradient = vmap(grad(piecewise))(tensor([2], [2, 0]))
    expect([...gradient.data]).toEqual([12, 1])
    const shared = vmap((x: Scalar) =>
      cond(
        truth(0),
        (y: Scalar) => mul(y, 2),
        (y) => mul(y, 3),
        x,
      ),
    )
    expect([...shared(tensor([2], [1, 2])).data]).toEqual([3, 6])
    const compiled = compileWith(referenceEngine)(grad(piecewise))
    expect([2, 0].map((x) => item(compiled(scalar(x))))).toEqual([12, 1])
  })

  it('is one application with both branches when printed', () => {
    const { tape } = record(([x]) => [piecewise(x as Scalar)], [{ name: 'x', shape: [], dtype: 'f32' }])
    expect(show(tape)).toMatchInlineSnapshot(`
      "input  %0 x: f32[]
      %1: f32[] = fill value=0 shape=[] dtype=f32
      %2: bool[] = compare %0 %1 direction=gt
      %3: f32[] = cond %2 %0
        whenTrue:
          input  %0 0: f32[]
          %1: f32[] = mul %0 %0
          %2: f32[] = mul %0 %1
          output %2
        whenFalse:
          input  %0 0: f32[]
          %1: f32[] = sin %0
          output %1
      output %3"
    `)
  })

  it('refuses branches that differ, by type too', () => {
    expect(() =>
      cond(
        truth(1),
        (x: Tensor<[2]>) => sum(x, [0]),
        // @ts-expect-error both branches give the same type
        (x) => x,
        zeros([2]),
      ),
    ).toThrow('cond: the branches differ: f32[] when true, f32[2] when false')
  })
})
