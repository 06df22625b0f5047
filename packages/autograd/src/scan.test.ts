import {
  type AnyTensor,
  add,
  item,
  type Key,
  key,
  markParameters,
  matmul,
  mul,
  normal,
  reshape,
  slice,
  split,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { checkpoint } from './checkpoint.ts'
import { compileWith } from './compile.ts'
import { jvp } from './forward.ts'
import { grad, valueAndGrad } from './grad.ts'
import { hessian } from './hessian.ts'
import { jacobianForward, jacobianReverse } from './jacobian.ts'
import { record } from './recorder.ts'
import { referenceEngine } from './reference-engine.ts'
import { scan } from './scan.ts'
import { show } from './show.ts'
import { close } from './testing/close.ts'
import { vmap } from './vmap.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])

type Cell = { readonly recurrent: Tensor<[4, 4]>; readonly input: Tensor<[3, 4]>; readonly bias: Tensor<[4]> }
type Hidden = Tensor<[2, 4]>

/** A recurrent network (Elman, 1990). */
const cell =
  (p: Cell) =>
  (h: Hidden, x: Tensor<[2, 3]>): { carry: Hidden; output: Hidden } => {
    const next = tanh(add(add(matmul(h, p.recurrent), matmul(x, p.input)), p.bias))
    return { carry: next, output: next }
  }

const params: Cell = {
  recurrent: mul(normal(key(1), [4, 4]), 0.5),
  input: normal(key(2), [3, 4]),
  bias: normal(key(3), [4]),
}
const xs = normal(key(4), [5, 2, 3])
const start: Hidden = zeros([2, 4])

const at = (index: number): Tensor<[2, 3]> =>
  reshape(slice(xs, 0, index, index + 1) as AnyTensor as Tensor<[1, 2, 3]>, [2, 3])

const scanned = (p: Cell): Scalar => {
  const { carry, outputs } = scan(cell(p))(start, xs)
  return add(sum(carry, [0, 1]), sum(mul(outputs, outputs), [0, 1, 2]))
}

const written = (p: Cell): Scalar => {
  let h = start
  let total = zeros([]) as Scalar
  for (let index = 0; index < 5; index++) {
    h = cell(p)(h, at(index)).carry
    total = add(total, sum(mul(h, h), [0, 1]))
  }
  return add(sum(h, [0, 1]), total)
}

const same = (a: Cell, b: Cell, tolerance: number): boolean =>
  (['recurrent', 'input', 'bias'] as const).every((name) => close(a[name], b[name], tolerance))

describe('scan', () => {
  it('gives carry and stacked outputs, in their types', () => {
    const result = scan((h: Scalar, { a, b }: { a: Scalar; b: Tensor<[2]> }) => ({
      carry: add(h, a),
      output: { h, scaled: mul(b, h) },
    }))(scalar(1), { a: tensor([3], [1, 2, 3]), b: tensor([3, 2], [1, 1, 1, 1, 1, 2]) })
    expectTypeOf(result.carry).toEqualTypeOf<Scalar>()
    expectTypeOf(result.outputs.h).toEqualTypeOf<Tensor<[3]>>()
    expectTypeOf(result.outputs.scaled).toEqualTypeOf<Tensor<[3, 2]>>()
    expect(item(result.carry)).toBe(7)
    expect([...result.outputs.h.data]).toEqual([1, 2, 4])
    expect([...result.outputs.scaled.data]).toEqual([1, 1, 2, 2, 4, 8])
  })

  it('runs backwards with its outputs in place', () => {
    const sums = scan((h: Scalar, x: Scalar) => ({ carry: add(h, x), output: add(h, x) }), { reverse: true })
    const { carry, outputs } = sums(scalar(0), tensor([3], [1, 2, 4]))
    expect(item(carry)).toBe(7)
    expect([...outputs.data]).toEqual([7, 6, 4])
  })

  it('gives the carry back when there is nothing to run along', () => {
    const { carry, outputs } = scan((h: Scalar, x: Scalar) => ({ carry: mul(h, x), output: x }))(
      scalar(3),
      zeros([0]),
    )
    expect(item(carry)).toBe(3)
    expect(outputs.shape).toEqual([0])
  })

  it('is a loop, in value, gradient and forward derivative', () => {
    const [loop, step] = [valueAndGrad(written)(params), valueAndGrad(scanned)(params)]
    expect(close(step.value, loop.value, 1e-6)).toBe(true)
    expect(same(step.grad, loop.grad, 1e-5)).toBe(true)
    const tangent = { ...params, bias: zeros([4]) as Tensor<[4]> }
    expect(close(jvp(scanned, params, tangent).tangent, jvp(written, params, tangent).tangent, 1e-5)).toBe(
      true,
    )
  })

  it('is one application when printed, whose captured weights are operands', () => {
    const { tape } = record(
      ([h, w, x]) => {
        const f = scan((c: Scalar, y: Scalar) => ({ carry: mul(mul(c, w as Scalar), y), output: c }))
        return [f(h as Scalar, x as Tensor<[3]>).carry]
      },
      [
        { name: 'h', shape: [], dtype: 'f32' },
        { name: 'w', shape: [], dtype: 'f32' },
        { name: 'xs', shape: [3], dtype: 'f32' },
      ],
    )
    expect(show(tape)).toMatchInlineSnapshot(`
      "input  %0 h: f32[]
      input  %1 w: f32[]
      input  %2 xs: f32[3]
      %3: f32[], %4: f32[3] = scan %0 %2 %1 carries=1 stacked=1 length=3 reverse=false
        body:
          input  %0 0: f32[]
          input  %1 1: f32[]
          input  %2 captured.w: f32[]
          %3: f32[] = mul %0 %2
          %4: f32[] = mul %3 %1
          output %4 %0
      output %3"
    `)
  })

  it('nests with itself, derivatives, batches, checkpoint and compile', () => {
    const product = (x: Tensor<[3]>): Scalar =>
      scan((h: Scalar, each: Scalar) => ({ carry: mul(h, each), output: {} }))(scalar(1), x).carry
    const x = tensor([3], [2, 3, 5])
    expect([...grad(product)(x).data]).toEqual([15, 10, 6])
    expect([...hessian(product)(x).data]).toEqual([0, 5, 3, 5, 0, 2, 3, 2, 0])
    expect([...jacobianForward(product)(x).data]).toEqual([15, 10, 6])
    expect([...jacobianReverse(product)(x).data]).toEqual([15, 10, 6])
    const rows = tensor([2, 3], [2, 3, 5, 1, 2, 3])
    expect([...vmap(grad(product))(rows).data]).toEqual([15, 10, 6, 6, 3, 2])
    expect([...compileWith(referenceEngine)(grad(product))(x).data]).toEqual([15, 10, 6])
    const sums = (table: Tensor<[2, 3]>): Scalar =>
      scan((total: Scalar, row: Tensor<[3]>) => ({ carry: add(total, product(row)), output: {} }))(
        scalar(0),
        table,
      ).carry
    expect(item(sums(rows))).toBe(36)
    expect([...grad(sums)(rows).data]).toEqual([15, 10, 6, 6, 3, 2])
    const again = (p: Cell): Scalar => sum(scan(checkpoint(cell(p)))(start, xs).carry, [0, 1])
    const once = (p: Cell): Scalar => sum(scan(cell(p))(start, xs).carry, [0, 1])
    expect(same(grad(again)(params), grad(once)(params), 1e-5)).toBe(true)
  })

  it('hands keys and integers through', () => {
    const draw = (k: Key) => {
      const [now, next] = split(k)
      return { carry: next, output: normal(now, [2]) }
    }
    const f = (w: Scalar) => {
      const { outputs } = scan((k: Key, x: Scalar) => {
        const { carry, output } = draw(k)
        return { carry, output: mul(mul(output, x), w) }
      })(key(5), tensor([3], [1, 2, 3]))
      return outputs
    }
    let k = key(5)
    const expected = [1, 2, 3].map((x) => {
      const { carry, output } = draw(k)
      k = carry
      return mul(output, x)
    })
    expect([...f(scalar(1)).data]).toEqual([...stack(expected, 0).data])
    const total = grad((w: Scalar) => sum(f(w), [0, 1]))(scalar(2))
    expect(item(total)).toBeCloseTo(
      expected.flatMap(({ data }) => [...data]).reduce((a, b) => a + b),
      4,
    )
  })

  it('reads parameters where they may be read, and refuses to freeze them where they may not', () => {
    const { w } = markParameters({ w: scalar(3) })
    const f = (h: Scalar): Scalar =>
      scan((c: Scalar, x: Scalar) => ({ carry: mul(mul(c, w), x), output: {} }))(h, tensor([2], [1, 2])).carry
    expect(item(f(scalar(1)))).toBe(18)
    expect(() => grad(f)(scalar(1))).toThrow('record: the parameter w [] is used inside the function')
  })
})

describe('what scan refuses, with its sentence', () => {
  const f = (h: Scalar, x: { a: Scalar; b: Scalar }) => ({ carry: add(h, x.a), output: x.b })

  it('inputs of different lengths, and scalars', () => {
    const untyped = scan(f) as (init: Scalar, xs: object) => unknown
    expect(() => untyped(scalar(0), { a: zeros([2]), b: zeros([3]) })).toThrow(
      'scan: lengths differ: [2] and [3] (2 ≠ 3)',
    )
    expect(() => untyped(scalar(0), { a: scalar(1), b: zeros([3]) })).toThrow(
      'scan: every tensor needs an axis to run along, a scalar has none',
    )
    expect(() => untyped(scalar(0), {})).toThrow('scan: a tensor to run along is needed')
  })

  it('a carry that changes its shape, by type too', () => {
    // @ts-expect-error the carry must keep its type
    const grows = scan((h: Scalar, x: Scalar) => ({ carry: stack([h, x], 0), output: x }))
    expect(() => grows(scalar(0), zeros([3]))).toThrow(
      'scan: the carry is f32[] at first, and f32[2] after a step',
    )
  })
})
