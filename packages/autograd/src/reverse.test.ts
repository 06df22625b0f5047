import { exp, full, item, mul, sum, type Tensor, type TensorOf, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compileWith } from './compile.ts'
import { linearize } from './forward.ts'
import { grad } from './grad.ts'
import { record } from './recorder.ts'
import { referenceEngine } from './reference-engine.ts'
import { vjp } from './reverse.ts'
import { programs, runProgram } from './testing/programs.ts'
import { dot, probe } from './testing/wide.ts'
import { vmap } from './vmap.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])

const tensorLike = ({ shape }: { readonly shape: readonly number[] }, salt: number): Tensor<number[]> =>
  tensor(shape as number[], Float32Array.from(probe(shape, salt).data))

describe('vjp', () => {
  const f = (p: { readonly w: Tensor<[2]>; readonly n: TensorOf<[], 'i32'> }, x: Tensor<[2]>) => ({
    y: mul(p.w, x),
    n: p.n,
  })
  const args = [{ w: tensor([2], [3, 4]), n: full([], 7, 'i32') }, tensor([2], [1, 2])] as const

  it('gives value and pullback in the types of value and arguments', () => {
    const { value, pullback } = vjp(f)(...args)
    expectTypeOf(value).toEqualTypeOf<{ y: Tensor<[2]>; n: TensorOf<[], 'i32'> }>()
    const [p, x] = pullback({ y: tensor([2], [1, 10]), n: full([], 0, 'i32') })
    expectTypeOf(p).toEqualTypeOf<{ readonly w: Tensor<[2]>; readonly n: TensorOf<[], 'i32'> }>()
    expectTypeOf(x).toEqualTypeOf<Tensor<[2]>>()
    expect([...value.y.data]).toEqual([3, 8])
    expect([...p.w.data]).toEqual([1, 20])
    expect(p.n).toMatchObject({ dtype: 'i32', data: Int32Array.of(0) })
    expect([...x.data]).toEqual([3, 40])
  })

  it('runs the forward pass once', () => {
    let calls = 0
    const { pullback } = vjp((x: Scalar) => {
      calls++
      return exp(x)
    })(scalar(0))
    expect([1, 2, 3].map((c) => item(pullback(scalar(c))[0]))).toEqual([1, 2, 3])
    expect(calls).toBe(1)
  })

  it('keeps the type parameters of a generic function', () => {
    const { value } = vjp(<N extends number>(x: Tensor<[N]>) => sum(x, [0]))(zeros([3]))
    expectTypeOf(value).toEqualTypeOf<Tensor<[]>>()
  })

  it('nests, over closures, and runs in batches and compiled', () => {
    // The pullback of x ↦ w x² at x, along w: 2 w² x, whose derivatives are known.
    const g = (w: Scalar): Scalar => vjp((x: Scalar) => mul(w, mul(x, x)))(scalar(3)).pullback(w)[0]
    expect(item(g(scalar(2)))).toBe(24)
    expect(item(grad(g)(scalar(2)))).toBe(24)
    expect(item(grad(grad(g))(scalar(2)))).toBe(12)
    expect([...vmap(g)(tensor([2], [1, 2])).data]).toEqual([6, 24])
    expect(item(compileWith(referenceEngine)(grad(g))(scalar(2)))).toBe(24)
  })

  it('refuses a cotangent of another shape', () => {
    const { pullback } = vjp(f)(...args)
    const wrong = { y: zeros([3]) as Tensor<number[]> as Tensor<[2]>, n: full([], 0, 'i32') }
    expect(() => pullback(wrong)).toThrow('vjp: the cotangent of y must be f32[2], it is f32[3]')
    // @ts-expect-error a cotangent has the type of the value
    expect(() => pullback({ y: zeros([2]) })).not.toThrow()
  })
})

describe('linearize', () => {
  it('gives value and linear map in the types of value and arguments', () => {
    const { value, linear } = linearize((x: Tensor<[2]>, s: Scalar) => ({ y: mul(x, s) }))(
      tensor([2], [1, 2]),
      scalar(3),
    )
    expectTypeOf(value).toEqualTypeOf<{ y: Tensor<[2]> }>()
    expectTypeOf(linear).toEqualTypeOf<(x: Tensor<[2]>, s: Scalar) => { y: Tensor<[2]> }>()
    expect([...value.y.data]).toEqual([3, 6])
    expect([...linear(tensor([2], [1, 0]), scalar(10)).y.data]).toEqual([13, 20])
  })

  it('is linear, and runs the function once', () => {
    let calls = 0
    const { linear } = linearize((x: Scalar) => {
      calls++
      return exp(x)
    })(scalar(0))
    expect([1, 2, 3].map((t) => item(linear(scalar(t))))).toEqual([1, 2, 3])
    expect(calls).toBe(1)
  })

  it('nests, over closures, and runs in batches and compiled', () => {
    const g = (w: Scalar): Scalar => linearize((x: Scalar) => mul(w, mul(x, x)))(scalar(3)).linear(w)
    expect(item(grad(g)(scalar(2)))).toBe(24)
    expect([...vmap(g)(tensor([2], [1, 2])).data]).toEqual([6, 24])
    expect(item(compileWith(referenceEngine)(grad(g))(scalar(2)))).toBe(24)
  })

  it('refuses a tangent of another shape', () => {
    const { linear } = linearize((x: Tensor<[2]>) => exp(x))(zeros([2]))
    expect(() => linear(zeros([3]) as Tensor<number[]> as Tensor<[2]>)).toThrow(
      'linearize: the tangent of 0 must be f32[2], it is f32[3]',
    )
  })
})

it('the pullback is the transpose of the linear map, for random programs', () => {
  fc.assert(
    fc.property(programs(), (program) => {
      const f = (inputs: typeof program.inputs) => runProgram(program, inputs)
      const { value, pullback } = vjp(f)(program.inputs)
      const { value: same, linear } = linearize(f)(program.inputs)
      expect(same).toEqual(value)
      const tangents = program.inputs.map(tensorLike)
      const cotangents = value.map((each, index) => tensorLike(each, 50 + index))
      const pushed = linear(tangents)
      const [pulled] = pullback(cotangents)
      let difference = 0
      let size = 1
      cotangents.forEach((cotangent, index) => {
        const terms = dot(cotangent, pushed[index]!)
        difference += terms.value
        size += terms.size
      })
      tangents.forEach((tangent, index) => {
        const terms = dot(tangent, pulled[index]!)
        difference -= terms.value
        size += terms.size
      })
      expect(Math.abs(difference)).toBeLessThanOrEqual(1e-4 * size)
    }),
  )
})

it('pullback and linear map may be recorded with their residuals', () => {
  const { tape } = record(
    ([x]) => {
      const { pullback } = vjp((y: Scalar) => exp(y))(x as Scalar)
      return [...pullback(x as Scalar), linearize((y: Scalar) => exp(y))(x as Scalar).linear(x as Scalar)]
    },
    [{ name: 'x', shape: [], dtype: 'f32' }],
  )
  expect(tape.applications.map(({ primitive }) => primitive)).toEqual(['exp', 'mul', 'exp', 'mul'])
})
