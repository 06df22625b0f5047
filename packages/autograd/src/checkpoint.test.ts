import {
  type AnyTensor,
  add,
  bind,
  exp,
  item,
  markParameters,
  matmul,
  mul,
  sigmoid,
  sum,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { checkpoint } from './checkpoint.ts'
import { compileWith } from './compile.ts'
import { jvp } from './forward.ts'
import { grad, valueAndGrad } from './grad.ts'
import { evaluate } from './interpret.ts'
import { jvpTape } from './jvp.ts'
import { record } from './recorder.ts'
import { referenceEngine } from './reference-engine.ts'
import { show } from './show.ts'
import { programs, runProgram } from './testing/programs.ts'
import { floatInputs, probe } from './testing/wide.ts'
import { vjpTape } from './vjp.ts'
import { vmap } from './vmap.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])
const layer = (x: Tensor<[2]>, w: Tensor<[2]>): Tensor<[2]> => tanh(mul(x, w))
const network = (p: { readonly a: Tensor<[2]>; readonly b: Tensor<[2]> }, x: Tensor<[2]>): Scalar =>
  sum(checkpoint(layer)(checkpoint(layer)(x, p.a), p.b), [0])
const params = { a: tensor([2], [0.5, -1]), b: tensor([2], [2, 3]) }
const at = tensor([2], [1, 2])

describe('checkpoint', () => {
  it('keeps the type of the function, with type parameters of its own', () => {
    const f = checkpoint(<N extends number>(x: Tensor<[N]>) => ({ y: exp(x), note: 'kept' }))
    const result = f(zeros([3]))
    expectTypeOf(result).toEqualTypeOf<{ y: Tensor<[3]>; note: string }>()
    expect(result).toMatchObject({ y: { data: Float32Array.of(1, 1, 1) }, note: 'kept' })
  })

  it('has the values and gradients of the function, bit for bit, to any depth and inside another one', () => {
    type Tensors = readonly AnyTensor[]
    fc.assert(
      fc.property(programs(), programs({ depth: 5 }), fc.nat(2), (program, around, depth) => {
        const inside = (...inputs: Tensors): Tensors => runProgram(program, inputs)
        let again = inside
        for (let level = 0; level <= depth; level++) again = checkpoint(again)
        /** What is read inside is read outside too. */
        const gradients = (f: typeof inside) => {
          const tape = record(
            (inputs) => runProgram(around, [...inputs, ...f(...inputs)]),
            program.inputs.map(({ shape, dtype }, index) => ({ shape, dtype, name: `x${index}` })),
          ).tape
          const cotangents = tape.outputs.map((id, index) => probe(tape.values[id]!.shape, index))
          const inputs = [...program.inputs, ...cotangents]
          return evaluate(vjpTape(tape, floatInputs(tape)), inputs).map(({ data }) => [...data])
        }
        expect(gradients(again)).toEqual(gradients(inside))
      }),
    )
  })

  it('computes the body again behind a barrier', () => {
    const { tape } = record(
      ([x]) => [checkpoint((y: Scalar) => exp(exp(y)))(x as Scalar)],
      [{ name: 'x', shape: [], dtype: 'f32' }],
    )
    expect(show(vjpTape(tape, [0]))).toMatchInlineSnapshot(`
      "input  %0 x: f32[]
      input  %1 cotangent0: f32[]
      %2: f32[] = checkpoint %0
        body:
          input  %0 0: f32[]
          %1: f32[] = exp %0
          %2: f32[] = exp %1
          output %2
      %3: f32[] = barrier %0 %1
      %4: f32[] = exp %3
      %5: f32[] = exp %4
      %6: f32[] = mul %1 %5
      %7: f32[] = mul %6 %4
      output %2 %7"
    `)
  })

  it('has a barrier for tangents too, so that forward over reverse mode computes them again', () => {
    const { tape } = record(
      ([x, other]) => [bind('barrier', [x!, other!], {})],
      ['x', 'other'].map((name) => ({ name, shape: [], dtype: 'f32' as const })),
    )
    expect(show(jvpTape(tape, [0]))).toMatchInlineSnapshot(`
      "input  %0 x: f32[]
      input  %1 other: f32[]
      input  %2 tangent.x: f32[]
      %3: f32[] = barrier %0 %1
      %4: f32[] = barrier %2 %1
      output %3 %4"
    `)
  })

  it('is one application with its body when printed', () => {
    const f = checkpoint((y: Scalar) => checkpoint((z: Scalar) => exp(z))(mul(y, y)))
    const { tape } = record(([x]) => [f(x as Scalar)], [{ name: 'x', shape: [], dtype: 'f32' }])
    expect(show(tape)).toMatchInlineSnapshot(`
      "input  %0 x: f32[]
      %1: f32[] = checkpoint %0
        body:
          input  %0 0: f32[]
          %1: f32[] = mul %0 %0
          %2: f32[] = checkpoint %1
            body:
              input  %0 0: f32[]
              %1: f32[] = exp %0
              output %1
          output %2
      output %1"
    `)
  })

  it('nests with grad, jvp and vmap, over closures, and inside compile', () => {
    const f = (x: Scalar): Scalar => mul(x, checkpoint((y: Scalar) => exp(mul(x, y)))(x))
    const closed = (x: number): number => Math.exp(x * x) * (1 + 2 * x * x)
    const second = (x: number): number => Math.exp(x * x) * (6 * x + 4 * x ** 3)
    expect(item(grad(f)(scalar(0.5)))).toBeCloseTo(closed(0.5), 5)
    expect(item(grad(grad(f))(scalar(0.5)))).toBeCloseTo(second(0.5), 4)
    expect(item(jvp(grad(f), scalar(0.5), scalar(1)).tangent)).toBeCloseTo(second(0.5), 4)
    expect(item(grad((x: Scalar) => jvp(f, x, scalar(1)).tangent)(scalar(0.5)))).toBeCloseTo(second(0.5), 4)
    expect(vmap(grad(f))(tensor([2], [0.5, 0.25])).data[1]).toBeCloseTo(closed(0.25), 5)
    expect(item(compileWith(referenceEngine)(grad(f))(scalar(0.5)))).toBeCloseTo(closed(0.5), 5)
    expect(item(compileWith(referenceEngine)(checkpoint(grad(f)))(scalar(0.5)))).toBeCloseTo(closed(0.5), 5)
  })

  it('gives the gradient of a tree of parameters', () => {
    const plain = (p: typeof params, x: Tensor<[2]>): Scalar => sum(layer(layer(x, p.a), p.b), [0])
    expect(valueAndGrad(network)(params, at)).toEqual(valueAndGrad(plain)(params, at))
  })

  it('reads parameters where they may be read, and refuses to freeze them where they may not', () => {
    const { w } = markParameters({ w: tensor([1, 1], [3]) })
    const f = checkpoint((x: Tensor<[1, 1]>) => sigmoid(matmul(x, w)))
    expect(f(zeros([1, 1])).data[0]).toBe(0.5)
    expect(() => grad((x: Tensor<[1, 1]>) => sum(f(x), [0, 1]))(zeros([1, 1]))).toThrow(
      'record: the parameter w [1, 1] is used inside the function without being one of its arguments',
    )
  })

  it('differentiates with respect to what it captures', () => {
    const f = (w: Scalar): Scalar => checkpoint((x: Scalar) => mul(w, add(w, x)))(scalar(2))
    expect(item(grad(f)(scalar(3)))).toBe(8)
  })
})
