import {
  type AnyTensor,
  abs,
  add,
  bind,
  broadcastTo,
  cast,
  concat,
  div,
  exp,
  flip,
  full,
  greater,
  HostTensor,
  logicalNot,
  matmul,
  maximum,
  mul,
  neg,
  permute,
  reshape,
  select,
  slice,
  sub,
  type Tensor,
  type TensorOf,
  tensor,
  transpose,
  zeros,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordFunction } from './function.ts'
import { applyIdentities } from './identities.ts'
import { evaluate, interpret } from './interpret.ts'
import { bindApplication } from './replay.ts'
import { show } from './show.ts'
import { removeDeadCode, simplify } from './simplify.ts'
import type { Tape } from './tape.ts'
import { programs, programTape } from './testing/programs.ts'
import { probe } from './testing/wide.ts'
import { inputSpecs, transform } from './transform.ts'
import { vjpTape } from './vjp.ts'

type T = Tensor<number[]>

/** What is left of `f` at a tensor of shape `shape`, by the names of primitives. */
const left = (f: (x: T) => AnyTensor, shape: number[] = [2, 3]): string[] => {
  const { tape } = recordFunction((x: T) => f(x), [zeros(shape)])
  const simplified = simplify(tape)
  const inputs = [new HostTensor(shape, 'f32', Float32Array.from(probe(shape, 1).data))]
  expect(evaluate(simplified, inputs)).toEqual(evaluate(tape, inputs))
  return simplified.applications.map(({ primitive }) => primitive)
}

const infinitesAndZeros = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 3e38, 1.5]

describe('what changes nothing goes', () => {
  const nothings: { readonly [name: string]: (x: T) => AnyTensor } = {
    'x · 1': (x) => mul(x, 1),
    '1 · x': (x) => mul(1, x),
    'x / 1': (x) => div(x, 1),
    'x − 0': (x) => sub(x, 0),
    'x + −0': (x) => add(x, -0),
    '−(−x)': (x) => neg(neg(x)),
    'max(x, x)': (x) => maximum(x, x),
    'select of twice the same': (x) => select(greater(x, 0), x, x),
    'select of a known condition': (x) =>
      select(full(x.shape, 1, 'bool') as TensorOf<number[], 'bool'>, x, 7),
    'a reshape to the same shape': (x) => reshape(x, x.shape),
    'a reshape back': (x) => reshape(reshape(x, [x.shape[0]! * x.shape[1]!]), x.shape),
    'a permutation back': (x) => permute(permute(x, [1, 0]), [1, 0]),
    'a broadcast to the same shape': (x) => bind('broadcastTo', [x], { shape: x.shape }),
    'a whole slice': (x) => slice(x, 0, 0, x.shape[0]!),
    'a pad by nothing': (x) => bind('pad', [x], { low: [0, 0], high: [0, 0], interior: [0, 0] }),
    'a concatenation of one': (x) => concat([x], 0),
    'a flip back': (x) => flip(flip(x, [0, 1]), [0, 1]),
    'a flip of an axis of size 1': (x) => reshape(flip(reshape(x, [1, ...x.shape]), [0]), x.shape),
    'a cast to the same dtype': (x) => bind('cast', [x], { dtype: 'f32' }),
    'bits back and forth': (x) => bind('bitcast', [bind('bitcast', [x], { dtype: 'u32' })], { dtype: 'f32' }),
  }
  it.each(Object.entries(nothings))('%s', (_, f) => {
    expect(left(f)).toEqual([])
    const special = tensor([3, 3], infinitesAndZeros) as AnyTensor as T
    expect(f(special).data).toEqual(special.data)
  })
})

describe('what becomes less', () => {
  it('|−x| and ||x||', () => {
    expect(left((x) => abs(neg(x)))).toEqual(['abs'])
    expect(left((x) => abs(abs(x)))).toEqual(['abs'])
  })
  it('signs', () => {
    expect(left((x) => add(exp(x), neg(x)))).toEqual(['exp', 'sub'])
    expect(left((x) => add(neg(x), exp(x)))).toEqual(['exp', 'sub'])
    expect(left((x) => sub(exp(x), neg(x)))).toEqual(['exp', 'add'])
    expect(left((x) => mul(neg(x), neg(exp(x))))).toEqual(['exp', 'mul'])
    expect(left((x) => div(neg(x), neg(exp(x))))).toEqual(['exp', 'div'])
    expect(left((x) => mul(x, -1))).toEqual(['neg'])
  })
  it('two of a kind', () => {
    expect(left((x) => reshape(reshape(x, [6]), [3, 2]))).toEqual(['reshape'])
    expect(left((x) => permute(permute(x, [2, 0, 1]), [1, 0, 2]), [2, 3, 4])).toEqual(['permute'])
    expect(left((x) => broadcastTo(broadcastTo(x, [4, 2, 3]), [5, 4, 2, 3]))).toEqual(['broadcastTo'])
    const mask = (x: T) => cast(cast(greater(x, 0), 'u8'), 'f32')
    expect(left(mask)).toEqual(['fill', 'compare', 'cast'])
  })
  it('a choice by the opposite', () => {
    expect(left((x) => select(logicalNot(greater(x, 0)), 5, x))).toEqual([
      'fill',
      'compare',
      'fill',
      'select',
    ])
  })
  it('transposed operands of a product', () => {
    const f = (a: Tensor<[3, 2]>, b: Tensor<[4, 3]>) => matmul(transpose(a), transpose(b))
    const { tape } = recordFunction(f, [zeros([3, 2]), zeros([4, 3])])
    expect(show(simplify(tape))).toMatchInlineSnapshot(`
      "input  %0 0: f32[3, 2]
      input  %1 1: f32[4, 3]
      %4: f32[2, 4] = matmul %0 %1 transposeLeft=true transposeRight=true
      output %4"
    `)
  })
})

describe('what would change bits stays', () => {
  it('x + 0, unless x is never −0', () => {
    expect(left((x) => add(x, 0))).toEqual(['fill', 'add'])
    expect(left((x) => add(exp(x), 0))).toEqual(['exp'])
    expect(left((x) => add(0, mul(x, x)))).toEqual(['mul'])
    expect(add(tensor([], [-0]), 0).data[0]).toBe(0)
  })
  it('x · 0 and x − x, which are NaN for an infinite x', () => {
    expect(left((x) => mul(x, 0))).toEqual(['fill', 'mul'])
    expect(left((x) => sub(x, x))).toEqual(['sub'])
  })
  it('0 − x, which is not −0 for 0', () => {
    expect(left((x) => sub(0, x))).toEqual(['fill', 'sub'])
  })
  it('a narrowing cast', () => {
    expect(left((x) => cast(cast(x, 'i32'), 'f32'))).toEqual(['cast', 'cast'])
  })
  it('−(−x) of integers, where the least one is its own negative', () => {
    const least = tensor([1], [-(2 ** 31)], 'i32')
    expect(neg(neg(least)).data).toEqual(least.data)
  })
})

/** Ways to write a float tensor again. */
const detours: readonly ((x: T) => AnyTensor)[] = [
  (x) => x,
  (x) => mul(x, 1),
  (x) => div(x, 1),
  (x) => sub(x, 0),
  (x) => add(-0, x),
  (x) => neg(neg(x)),
  (x) => mul(neg(x), -1),
  (x) => maximum(x, x),
  (x) => reshape(reshape(x, [-1]), x.shape),
  (x) => broadcastTo(bind('broadcastTo', [x], { shape: x.shape }) as T, x.shape),
  (x) => {
    const axes = x.shape.map((_, axis) => axis).reverse()
    return permute(permute(x, axes), axes)
  },
  (x) => (x.shape.length === 0 ? x : flip(flip(x, [0]), [0])),
  (x) => bind('cast', [x], { dtype: 'f32' }),
  (x) => select(bind('not', [full(x.shape, 0, 'bool')], {}) as TensorOf<number[], 'bool'>, x, 3),
]

/** The tape with a detour after each of its applications. */
const withDetours = (tape: Tape, choices: readonly number[]): Tape => {
  let next = 0
  return transform(inputSpecs(tape), (inputs) => {
    const values = interpret<AnyTensor>(
      tape,
      inputs,
      (constant) => constant,
      (application, operands) => {
        const results = bindApplication(application, operands)
        const detour = detours[choices[next++ % choices.length]! % detours.length]!
        return results.map((result) =>
          result.dtype === 'f32' && result.shape.every((size) => size > 0) ? detour(result as T) : result,
        )
      },
    )
    return tape.outputs.map((id) => values[id]!)
  })
}

describe('random programs', () => {
  /** Whole programs are cheap, and there are many: twice as many cases as of one primitive. */
  const twice = { numRuns: 2 * fc.readConfigureGlobal().numRuns! }
  const choices = fc.array(fc.nat(detours.length - 1), { minLength: 1, maxLength: 12 })

  it('lose every detour, and keep every bit', () => {
    fc.assert(
      fc.property(programs(), choices, (program, chosen) => {
        const tape = programTape(program)
        const longer = withDetours(tape, chosen)
        const shorter = simplify(longer)
        expect(evaluate(shorter, program.inputs)).toEqual(evaluate(tape, program.inputs))
        expect(shorter.applications.length).toBeLessThanOrEqual(simplify(tape).applications.length)
        expect(simplify(shorter)).toEqual(shorter)
      }),
      twice,
    )
  })

  it('keep the bits of their gradients', () => {
    fc.assert(
      fc.property(programs(), choices, (program, chosen) => {
        const gradient = vjpTape(
          withDetours(programTape(program), chosen),
          program.inputs.map((_, index) => index),
        )
        const cotangents = gradient.inputs.slice(program.inputs.length).map(({ id }, index) => {
          const { shape } = gradient.values[id]!
          return new HostTensor(shape, 'f32', Float32Array.from(probe(shape, index).data))
        })
        const inputs = [...program.inputs, ...cotangents]
        for (const pass of [applyIdentities, simplify])
          expect(evaluate(pass(gradient), inputs)).toEqual(evaluate(gradient, inputs))
        expect(removeDeadCode(simplify(gradient))).toEqual(simplify(gradient))
      }),
      twice,
    )
  })
})
