import {
  checkpoint,
  compileWith,
  cond,
  inlineStructured,
  recordFunction,
  referenceEngine,
  scan,
  valueAndGrad,
  vjpTape,
} from '@vae/autograd'
import { checkCompiled, structuredCases, structuredCasesOf, structuredTape } from '@vae/autograd/testing'
import {
  type AnyTensor,
  add,
  greater,
  HostTensor,
  item,
  matmul,
  mul,
  square,
  sum,
  type Tensor,
  type TensorOf,
  tanh,
  tensor,
} from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { type Plan, planOf } from './plan.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor } from './testing/tape.ts'

const engine = await wasmEngine()
const primitives = Object.keys(structuredCases) as (keyof typeof structuredCases)[]

const ones = ({ shape }: { readonly shape: readonly number[] }): AnyTensor => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return new HostTensor(shape as number[], 'f32', new Float32Array(size).fill(1))
}

/** Where terms of operands around 1 cancel, what is left of them is rounding, and differs. */
const closeness = { tolerance: 1e-4, absolute: 1e-6 }

describe.each(primitives)('%s', (primitive) => {
  test('computes what the reference computes, with its gradient', () => {
    fc.assert(
      fc.property(structuredCasesOf(primitive), (example) => {
        const tape = structuredTape(example)
        checkCompiled(engine, tape, example.operands, closeness)
        const wrt = example.operands.flatMap(({ dtype }, index) => (dtype === 'f32' ? [index] : []))
        const cotangents = tape.outputs.map((id) => ones(tape.values[id]!))
        checkCompiled(engine, vjpTape(tape, wrt), [...example.operands, ...cotangents], closeness)
      }),
    )
  })
})

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])

// `randomTensor` gives the shape that it is given, in a type that has forgotten it.
const normal = <const S extends number[]>(shape: S, seed: number): Tensor<S> =>
  randomTensor(shape, 'f32', seed) as unknown as Tensor<S>

describe('a scan', () => {
  const cell = (w: Tensor<[16, 16]>) => (h: Tensor<[8, 16]>, x: Tensor<[8, 16]>) => {
    const next = tanh(add(matmul(h, w), x))
    return { carry: next, output: next }
  }
  const loss = <N extends number>(w: Tensor<[16, 16]>, xs: Tensor<[N, 8, 16]>): Scalar =>
    sum(square(scan(cell(w))(normal([8, 16], 3), xs).outputs as Tensor<number[]>), [
      0, 1, 2,
    ] as number[]) as Scalar

  test('is a loop, whose code does not grow with its length', () => {
    const plan = (length: number): Plan =>
      planOf(
        recordFunction(valueAndGrad(loss), [normal([16, 16], 1), normal([length, 8, 16], 2)]).tape,
        [],
        someSizes,
      )
    expect(plan(200).steps.length).toBe(plan(2).steps.length)
    expect(plan(2).steps.filter(({ step }) => step.kind === 'scan').length).toBe(2)
  })

  test('of checkpointed steps keeps carries and elements only', () => {
    const deep = (w: Tensor<[16, 16]>) => (h: Tensor<[8, 16]>, x: Tensor<[8, 16]>) => {
      const step = (state: Tensor<[8, 16]>) => tanh(add(matmul(tanh(add(matmul(state, w), x)), w), x))
      return { carry: step(step(h)), output: {} }
    }
    const bytes = (wrap: (f: ReturnType<typeof deep>) => ReturnType<typeof deep>): number => {
      const last = (w: Tensor<[16, 16]>, xs: Tensor<[200, 8, 16]>): Scalar =>
        sum(scan(wrap(deep(w)))(normal([8, 16], 3), xs).carry, [0, 1])
      const { tape } = recordFunction(valueAndGrad(last), [normal([16, 16], 1), normal([200, 8, 16], 2)])
      return planOf(inlineStructured(tape), [], someSizes).bytes.scratch
    }
    // Elements and carries, where the others are five results of each step.
    expect(bytes(checkpoint) / bytes((f) => f)).toBeLessThan(0.5)
  })

  test('is explained with the steps of its body', () => {
    const sums = compileWith(engine)(
      scan((h: Scalar, x: Scalar) => ({ carry: add(h, x), output: mul(h, x) })),
    )
    sums(scalar(0), tensor([3], [1, 2, 3]))
    expect(sums.explain().split('\n').slice(3, 6)).toMatchInlineSnapshot(`
      [
        "1 steps, 6 FLOP, 160 B moved (unit of work, kernel, FLOP, bytes, what)",
        "     0  scan              6 FLOP      160 B  scan f32 [], f32 [3] → f32 [], f32 [3]",
        "           0  loop              1 FLOP       12 B  loop []: add",
      ]
    `)
  })

  test('of a thousand steps trains', () => {
    const args = [mul(normal([16, 16], 1), 0.02), normal([1000, 8, 16], 2)] as const
    const run = compileWith(engine)(valueAndGrad(loss<1000>))
    const expected = valueAndGrad(loss<1000>)(...args)
    const actual = run(...args)
    expect(item(actual.value) / item(expected.value)).toBeCloseTo(1, 5)
    const size = Math.max(...Array.from(expected.grad.data, Math.abs))
    actual.grad.data.forEach((value, index) => {
      expect(Math.abs(value - expected.grad.data[index]!)).toBeLessThan(1e-5 * size)
    })
  })

  test('may hand carries on to each other, and run in any direction', () => {
    const rotate = scan(
      ({ a, b, c }: { a: Scalar; b: Tensor<[3]>; c: Tensor<[3]> }, x: TensorOf<[], 'u8'>) => ({
        carry: { a: sum(b, [0]), b: c, c: mul(b, a) },
        output: { x, b },
      }),
      { reverse: true },
    )
    const init = { a: scalar(2), b: tensor([3], [1, 2, 3]), c: tensor([3], [4, 5, 6]) }
    const xs = tensor([5], [1, 2, 3, 4, 5], 'u8')
    expect(compileWith(engine)(rotate)(init, xs)).toEqual(compileWith(referenceEngine)(rotate)(init, xs))
  })
})

describe('carries that change places', () => {
  test('do so at once', () => {
    const swap = scan(({ a, b, c }: { a: Scalar; b: Scalar; c: Scalar }, x: Scalar) => ({
      carry: { a: b, b: a, c: add(c, mul(a, x)) },
      output: a,
    }))
    const result = compileWith(engine)(swap)(
      { a: scalar(1), b: scalar(10), c: scalar(0) },
      tensor([3], [1, 2, 3]),
    )
    expect([result.carry.a, result.carry.b, result.carry.c].map(item)).toEqual([10, 1, 24])
    expect([...result.outputs.data]).toEqual([1, 10, 1])
  })
})

describe('a cond', () => {
  const choose = (p: Scalar, x: Tensor<[4]>): Tensor<[4]> =>
    cond(
      greater(p, 0),
      (y: Tensor<[4]>) => mul(y, y),
      (y) => {
        const { carry } = scan((h: Tensor<[4]>, w: Scalar) => ({ carry: mul(h, w), output: {} }))(
          y,
          tensor([3], [1, 2, 3]),
        )
        return carry
      },
      x,
    )

  test('takes one branch, with a loop inside', () => {
    const run = compileWith(engine)(choose)
    const x = tensor([4], [1, 2, 3, 4])
    expect([...run(scalar(1), x).data]).toEqual([1, 4, 9, 16])
    expect([...run(scalar(-1), x).data]).toEqual([6, 12, 18, 24])
  })

  test('computes the branch taken only', () => {
    const heavy = (p: Scalar, x: Tensor<[256, 256]>): Scalar =>
      cond(
        greater(p, 0),
        (y: Tensor<[256, 256]>) => {
          let z = y
          for (let index = 0; index < 20; index++) z = matmul(z, y)
          return sum(z, [0, 1])
        },
        (y) => sum(y, [0, 1]),
        x,
      )
    const run = compileWith(engine)(heavy)
    const x = mul(normal([256, 256], 5), 0.001)
    run(scalar(1), x)
    const time = (p: number): number => {
      const begin = performance.now()
      for (let index = 0; index < 5; index++) run(scalar(p), x)
      return performance.now() - begin
    }
    expect(time(-1)).toBeLessThan(time(1) / 2)
  })
})
