import { add, exp, full, mul, type Tensor, tensor, zeros } from '@vae/tensor'
import { expect, it } from 'vitest'
import { recordFunction } from './function.ts'
import { evaluate } from './interpret.ts'
import { show } from './show.ts'
import { removeDeadCode, shareCommonSubexpressions, simplify } from './simplify.ts'

it('dead code goes with the constants that it read; inputs stay', () => {
  const c = tensor([], [2])
  const { tape } = recordFunction(
    (x: Tensor<[]>, unused: Tensor<[]>) => {
      mul(exp(unused), c)
      return exp(x)
    },
    [zeros([]), zeros([])],
  )
  expect(show(removeDeadCode(tape))).toMatchInlineSnapshot(`
    "input  %0 0: f32[]
    input  %1 1: f32[]
    %5: f32[] = exp %0
    output %5"
  `)
})

it('what is computed twice is computed once, through what it depends on', () => {
  const { tape } = recordFunction((x: Tensor<[]>) => add(exp(mul(x, 2)), exp(mul(x, 2))), [zeros([])])
  expect(show(simplify(tape))).toMatchInlineSnapshot(`
    "input  %0 0: f32[]
    %1: f32[] = fill value=2 shape=[] dtype=f32
    %2: f32[] = mul %0 %1
    %3: f32[] = exp %2
    %7: f32[] = add %3 %3
    output %7"
  `)
})

it('infinities, NaN and −0 are not taken for each other', () => {
  const values = [Infinity, -Infinity, NaN, 0, -0]
  const { tape } = recordFunction(() => values.map((value) => full([], value)), [])
  const shared = shareCommonSubexpressions(tape)
  expect(evaluate(shared, []).map(({ data }) => data[0])).toEqual(values)
  const twice = recordFunction(() => [...values, ...values].map((value) => full([], value)), []).tape
  expect(simplify(twice).applications).toHaveLength(values.length)
})

it('a number is shared with what float32 holds of it', () => {
  const { tape } = recordFunction(() => [full([], 1 / 3), full([], Math.fround(1 / 3))], [])
  expect(simplify(tape).applications).toHaveLength(1)
})
