import {
  type AnyTensor,
  add,
  key,
  matmul,
  mul,
  relu,
  sum,
  type Tensor,
  tensor,
  uniform,
  zeros,
} from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { recordFunction } from './function.ts'
import { evaluate } from './interpret.ts'
import { jvpTape } from './jvp.ts'
import { record } from './recorder.ts'
import { show } from './show.ts'
import { simplify } from './simplify.ts'
import { vjpTape } from './vjp.ts'

const layer = (params: { readonly weight: Tensor<[3, 2]>; readonly bias: Tensor<[2]> }, x: Tensor<[4, 3]>) =>
  relu(add(matmul(x, params.weight), params.bias))

const args = [{ weight: zeros([3, 2]), bias: zeros([2]) }, zeros([4, 3])] as const

describe('show', () => {
  it('prints a linear layer with ReLU', () => {
    expect(show(recordFunction(layer, [...args]).tape)).toMatchInlineSnapshot(`
      "input  %0 0.bias: f32[2]
      input  %1 0.weight: f32[3, 2]
      input  %2 1: f32[4, 3]
      %3: f32[4, 2] = matmul %2 %1 transposeLeft=false transposeRight=false
      %4: f32[4, 2] = broadcastTo %0 shape=[4, 2]
      %5: f32[4, 2] = add %3 %4
      %6: f32[] = fill value=0 shape=[] dtype=f32
      %7: f32[4, 2] = broadcastTo %6 shape=[4, 2]
      %8: bool[4, 2] = compare %5 %7 direction=le
      %9: f32[] = fill value=0 shape=[] dtype=f32
      %10: f32[4, 2] = broadcastTo %9 shape=[4, 2]
      %11: f32[4, 2] = select %8 %10 %5
      output %11"
    `)
  })

  it('prints its gradient, which computes no more than it must', () => {
    const { tape } = recordFunction(layer, [...args])
    expect(show(simplify(vjpTape(tape, [0, 1])))).toMatchInlineSnapshot(`
      "input  %0 0.bias: f32[2]
      input  %1 0.weight: f32[3, 2]
      input  %2 1: f32[4, 3]
      input  %3 cotangent0: f32[4, 2]
      %4: f32[4, 2] = matmul %2 %1 transposeLeft=false transposeRight=false
      %5: f32[4, 2] = broadcastTo %0 shape=[4, 2]
      %6: f32[4, 2] = add %4 %5
      %8: f32[4, 2] = fill value=0 shape=[4, 2] dtype=f32
      %9: bool[4, 2] = compare %6 %8 direction=le
      %12: f32[4, 2] = select %9 %8 %6
      %18: f32[4, 2] = select %9 %8 %3
      %19: f32[2] = sum %18 axes=[0]
      %22: f32[3, 2] = matmul %2 %18 transposeLeft=true transposeRight=false
      output %12 %19 %22"
    `)
  })

  it('prints a derivative in forward mode', () => {
    const { tape } = recordFunction((x: Tensor<[2]>) => mul(x, x), [zeros([2])])
    expect(show(jvpTape(tape, [0]))).toMatchInlineSnapshot(`
      "input  %0 0: f32[2]
      input  %1 tangent.0: f32[2]
      %2: f32[2] = mul %0 %0
      %3: f32[2] = mul %1 %0
      %4: f32[2] = mul %0 %1
      %5: f32[2] = add %3 %4
      output %2 %5"
    `)
  })

  it('names inputs by their path, and constants, and prints static parameters', () => {
    const shift = tensor([2], [1, 2])
    const { tape } = recordFunction(
      (state: { readonly key: ReturnType<typeof key> }) => ({ noise: add(uniform(state.key, [2]), shift) }),
      [{ key: key(0) }],
    )
    expect(show(tape)).toMatchInlineSnapshot(`
      "input  %0 0.key: u32[2]
      const  %12 constant0: f32[2]
      %1: u32[2] = randomBits %0 shape=[2]
      %2: u32[] = fill value=8388607 shape=[] dtype=u32
      %3: u32[2] = broadcastTo %2 shape=[2]
      %4: u32[2] = and %1 %3
      %5: u32[] = fill value=1065353216 shape=[] dtype=u32
      %6: u32[2] = broadcastTo %5 shape=[2]
      %7: u32[2] = or %4 %6
      %8: f32[2] = bitcast %7 dtype=f32
      %9: f32[] = fill value=1 shape=[] dtype=f32
      %10: f32[2] = broadcastTo %9 shape=[2]
      %11: f32[2] = sub %8 %10
      %13: f32[2] = add %11 %12
      output %13"
    `)
  })
})

describe('record', () => {
  it('keeps one copy of a constant, by its name, however often it is read', () => {
    const c = tensor([2], [3, 4])
    const { tape } = record(
      ([x]) => [mul(add(x as Tensor<[2]>, c), c)],
      [{ name: 'x', shape: [2], dtype: 'f32' }],
    )
    expect(tape.constants).toEqual([{ id: 1, name: 'constant0', tensor: c }])
    const [result] = evaluate(tape, [tensor([2], [1, 1])])
    expect([...result!.data]).toEqual([12, 20])
  })

  it('records what has no operands, and evaluates at once what has concrete ones only', () => {
    const one = tensor([], [1])
    const { tape } = record(() => [zeros([2]), add(one, one)], [])
    expect(show(tape)).toMatchInlineSnapshot(`
      "const  %1 constant0: f32[]
      %0: f32[2] = fill value=0 shape=[2] dtype=f32
      output %0 %1"
    `)
  })

  it('is over when the function throws: what comes next is computed at once', () => {
    expect(() =>
      record(() => {
        throw new Error('stop')
      }, []),
    ).toThrow('stop')
    expect(zeros([1]).data).toEqual(Float32Array.of(0))
  })

  it('may return an input, a constant, and the same value twice', () => {
    const c = tensor([], [5])
    const { tape } = record(([x]) => [x!, c, x!], [{ name: 'x', shape: [], dtype: 'f32' }])
    expect(evaluate(tape, [tensor([], [2])]).map(({ data }) => data[0])).toEqual([2, 5, 2])
  })

  it('checks shapes as it goes', () => {
    const wrong = (x: AnyTensor): AnyTensor => add(x as Tensor<[2]>, zeros([3]) as AnyTensor as Tensor<[2]>)
    expect(() => record(([x]) => [wrong(x!)], [{ name: 'x', shape: [2], dtype: 'f32' }])).toThrow(
      'add: shapes do not broadcast: [2] and [3] (2 ≠ 3)',
    )
  })
})

it('evaluate refuses another number of inputs', () => {
  const { tape } = recordFunction((x: Tensor<[2]>) => sum(x, [0]), [zeros([2])])
  expect(() => evaluate(tape, [])).toThrow('the tape has 1 inputs, got 0')
})
