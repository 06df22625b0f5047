import { type AnyTensor, add, full, item, mul, sum, type Tensor, tensor, zeros } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import type { Compilation } from './compilation.ts'
import { compileWith } from './compile.ts'
import type { Engine, LoadOptions } from './engine.ts'
import { grad } from './grad.ts'
import { referenceEngine } from './reference-engine.ts'
import { show } from './show.ts'
import type { Tape } from './tape.ts'

/** The reference engine with a list of what it was asked to load. */
const watched = (): {
  engine: Engine
  loads: { tape: Tape; options: LoadOptions }[]
  closed: () => number
} => {
  const loads: { tape: Tape; options: LoadOptions }[] = []
  let closed = 0
  const engine: Engine = {
    ...referenceEngine,
    load: (tape, options) => {
      loads.push({ tape, options })
      return { ...referenceEngine.load(tape, options), close: () => closed++ }
    },
  }
  return { engine, loads, closed: () => closed }
}

const scalar = (x: number): Tensor<[]> => tensor([], [x])

describe('compileWith', () => {
  it('gives what the function gives, and records it once for each set of shapes and dtypes', () => {
    const { engine, loads } = watched()
    let calls = 0
    const f = compileWith(engine)((x: AnyTensor, s: { readonly factor: Tensor<[]> }) => {
      calls++
      return { y: mul(x as Tensor<number[]>, s.factor), note: 'kept' }
    })
    expect(f(tensor([2], [1, 2]), { factor: scalar(3) })).toMatchObject({
      y: { data: Float32Array.of(3, 6) },
      note: 'kept',
    })
    expect([...f(tensor([2], [5, 7]), { factor: scalar(2) }).y.data]).toEqual([10, 14])
    expect(calls).toBe(1)
    expect(f(zeros([3]), { factor: scalar(2) }).y.shape).toEqual([3])
    expect([calls, loads.length]).toEqual([2, 2])
    expect(() => f(full([2], 1, 'i32'), { factor: scalar(2) })).toThrow('mul: expected i32, got f32')
  })

  it('tells the same tensors at other places of the arguments apart', () => {
    const { engine, loads } = watched()
    const f = compileWith(engine)((x: { readonly [name: string]: Tensor<[]> }) =>
      mul(x.a ?? x.b!, x.a ? 2 : 3),
    )
    expect([item(f({ a: scalar(1) })), item(f({ b: scalar(1) }))]).toEqual([2, 3])
    expect(loads).toHaveLength(2)
  })

  it('loads simplified tapes', () => {
    const { engine, loads } = watched()
    compileWith(engine)((x: Tensor<[]>) => {
      mul(x, 7)
      return add(mul(x, 2), mul(x, 2))
    })(scalar(1))
    expect(show(loads[0]!.tape)).toMatchInlineSnapshot(`
      "input  %0 0: f32[]
      %3: f32[] = fill value=2 shape=[] dtype=f32
      %4: f32[] = mul %0 %3
      %7: f32[] = add %4 %4
      output %7"
    `)
  })

  it('refuses numbers, which would stay as they are', () => {
    const f = compileWith(referenceEngine)((x: Tensor<[]>, beta: number) => mul(x, beta))
    expect(() => f(scalar(1), 0.5)).toThrow(
      'compile: argument 1 is the number 0.5, which would stay as it is in every later call: pass a tensor',
    )
  })

  it('names the place of a number inside an argument', () => {
    const f = compileWith(referenceEngine)((x: Tensor<[]>, { beta }: { beta: number }) => mul(x, beta))
    expect(() => f(scalar(1), { beta: 4 })).toThrow('compile: argument 1.beta is the number 4, which')
  })

  it('refuses a number where there was nothing before', () => {
    const f = compileWith(referenceEngine)((x: Tensor<[]>, beta?: unknown) => (beta ? mul(x, 2) : x))
    expect(item(f(scalar(1)))).toBe(1)
    expect(item(f(scalar(1), undefined))).toBe(1)
    expect(() => f(scalar(1), 0.5)).toThrow('compile: argument 1 is the number 0.5, which')
  })

  it('remembers more kinds of arguments than it recognises at once', () => {
    const { engine, loads } = watched()
    const f = compileWith(engine)((x: AnyTensor) => sum(x as Tensor<number[]>, [0]))
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 20; n++) expect(item(f(full([n], 1)) as Tensor<[]>)).toBe(n)
    expect(loads).toHaveLength(20)
  })

  it('tells when and why each program was compiled', () => {
    const f = compileWith(referenceEngine)(
      (state: { readonly w: AnyTensor; readonly b?: AnyTensor }, x: AnyTensor) => [state.w, state.b ?? x, x],
    )
    f({ w: zeros([2]), b: zeros([]) }, zeros([2]))
    f({ w: zeros([2]), b: zeros([]) }, zeros([2]))
    f({ w: zeros([2]), b: zeros([]) }, zeros([3]))
    f({ w: full([2], 1, 'i32') }, zeros([3]))
    f({ w: zeros([2]), b: zeros([1]) }, zeros([3]))
    expect(f.compilations().map(({ call, reason }) => `${call}: ${reason}`)).toMatchInlineSnapshot(`
      [
        "1: it is the first",
        "3: unlike program 1, the nearest: argument 1 is f32 [3], there f32 [2]",
        "4: unlike program 2, the nearest: argument 0.w is i32 [2], there f32 [2]; 1 more differs",
        "5: unlike program 2, the nearest: argument 0.b is f32 [1], there f32 []",
      ]
    `)
    const [{ stages, signature }] = f.compilations() as [Compilation]
    expect(stages.map(({ name }) => name)).toEqual(['record', 'simplify'])
    expect([...signature]).toEqual([
      ['0.b', 'f32 []'],
      ['0.w', 'f32 [2]'],
      ['1', 'f32 [2]'],
    ])
  })

  it('profiles what an engine can measure, and says so where it cannot', () => {
    const f = compileWith(referenceEngine)((x: Tensor<[]>) => x)
    expect(() => f.profile(scalar(1))).toThrow('profile: the engine reference has no steps to measure')
  })

  it('compiles gradients, and is inlined into a recording that calls it', () => {
    const square = compileWith(referenceEngine)((x: Tensor<[]>) => mul(x, x))
    expect(item(grad(square)(scalar(3)))).toBe(6)
    expect(item(compileWith(referenceEngine)(grad(square))(scalar(3)))).toBe(6)
    expect(item(compileWith(referenceEngine)(grad(grad(square)))(scalar(3)))).toBe(2)
  })

  it('refuses to be compiled while it reads a tensor of a recording', () => {
    const f = (x: Tensor<[]>) => compileWith(referenceEngine)((y: Tensor<[]>) => mul(x, y))(scalar(2))
    expect(() => grad(f)(scalar(1))).toThrow(
      'compile: a compiled function was first called inside a recording that it captures',
    )
  })

  it('explains its programs, and closes them all', () => {
    const { engine, closed } = watched()
    const f = compileWith(engine)((x: AnyTensor) => sum(x as Tensor<number[]>, [0]))
    f(zeros([2]))
    f(zeros([3]))
    // times differ from run to run
    expect(f.explain().replace(/\d+\.\d+/g, '…')).toMatchInlineSnapshot(`
      "program 1, compiled at call 1 in … ms: record …, simplify …
      why: it is the first
      inputs: 0: f32 [2]
      input  %0 0: f32[2]
      %1: f32[] = sum %0 axes=[0]
      output %1

      program 2, compiled at call 2 in … ms: record …, simplify …
      why: unlike program 1, the nearest: argument 0 is f32 [3], there f32 [2]
      inputs: 0: f32 [3]
      input  %0 0: f32[3]
      %1: f32[] = sum %0 axes=[0]
      output %1"
    `)
    f.close()
    expect(closed()).toBe(2)
    expect(f.explain()).toBe('')
    expect(item(f(tensor([2], [1, 2])))).toBe(3)
  })
})

describe('donations', () => {
  type State = {
    readonly params: { readonly w: Tensor<[2]>; readonly b: Tensor<[2]> }
    readonly step: Tensor<[]>
  }
  const state: State = { params: { w: zeros([2]), b: zeros([2]) }, step: zeros([]) }
  const named = ({ tape, options }: { tape: Tape; options: LoadOptions }): string[] =>
    options.donations.map(({ input, output }) => `${tape.inputs[input]!.name} → ${output}`)

  it('pair inputs with outputs of the same path, shape and dtype', () => {
    const { engine, loads } = watched()
    const step = compileWith(engine)(
      ({ params, step: n }: State, x: Tensor<[2]>) => ({
        loss: sum(params.w, [0]),
        state: { params: { w: add(params.w, x), b: params.b }, step: add(n, 1) },
      }),
      { donate: ['params'] },
    )
    step(state, zeros([2]))
    // Outputs in canonical order: loss, state.params.b, state.params.w, state.step.
    expect(named(loads[0]!)).toEqual(['0.params.b → 1', '0.params.w → 2'])
  })

  it('are none unless asked for, and never of a key that only begins alike', () => {
    const { engine, loads } = watched()
    const f = (s: { readonly a: Tensor<[]>; readonly ab: Tensor<[]> }) => ({
      a: mul(s.a, 2),
      ab: mul(s.ab, 2),
    })
    const args = { a: zeros([]), ab: zeros([]) }
    compileWith(engine)(f)(args)
    compileWith(engine)(f, { donate: ['a'] })(args)
    expect(loads.map(named)).toEqual([[], ['0.a → 0']])
  })

  it('skip what comes back with another shape or not at all', () => {
    const { engine, loads } = watched()
    compileWith(engine)((s: State) => ({ params: { w: sum(s.params.w, [0]) }, step: s.step }), {
      donate: ['params', 'step'],
    })(state)
    expect(named(loads[0]!)).toEqual(['0.step → 1'])
  })
})
