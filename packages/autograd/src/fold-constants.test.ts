import {
  add,
  arange,
  bind,
  exp,
  full,
  type Key,
  key,
  mul,
  ones,
  randomBits,
  type Tensor,
  tensor,
  zeros,
} from '@vae/tensor'
import { expect, it } from 'vitest'
import { foldConstants } from './fold-constants.ts'
import { recordFunction } from './function.ts'
import { evaluate } from './interpret.ts'
import { show } from './show.ts'
import { removeDeadCode } from './simplify.ts'

/** What is left of a function, with its constants folded. */
const folded = <A extends readonly unknown[]>(f: (...args: A) => unknown, args: A): string =>
  show(removeDeadCode(foldConstants(recordFunction(f, args).tape)))

it('equal elements fold at any size, since they are one number', () => {
  const f = (x: Tensor<[1000, 1000]>) => mul(x, exp(add(ones([1000, 1000]), ones([1000]))))
  expect(folded(f, [zeros([1000, 1000])])).toMatchInlineSnapshot(`
    "input  %0 0: f32[1000, 1000]
    %5: f32[1000, 1000] = fill value=7.389056205749512 shape=[1000, 1000] dtype=f32
    %6: f32[1000, 1000] = mul %0 %5
    output %6"
  `)
})

it('other constants fold while they are small', () => {
  const small = (x: Tensor<[4]>) => mul(x, exp(arange(4)))
  expect(folded(small, [zeros([4])])).toMatchInlineSnapshot(`
    "input  %0 0: f32[4]
    const  %2 folded2: f32[4]
    %3: f32[4] = mul %0 %2
    output %3"
  `)
  const large = (x: Tensor<[2000]>) => mul(x, exp(arange(2000)))
  expect(folded(large, [zeros([2000])])).toContain('iota')
})

it('a folded constant is what the reference evaluator computes', () => {
  const captured = tensor([3], [-0, Number.NaN, 1e-40])
  const { tape } = recordFunction(() => [exp(captured), mul(captured, captured)], [])
  const after = foldConstants(tape)
  expect(after.applications).toHaveLength(0)
  expect(evaluate(after, []).map(({ data }) => data)).toEqual(evaluate(tape, []).map(({ data }) => data))
})

it('random bits are drawn at each run, unless their key is a constant', () => {
  expect(folded((from: Key) => randomBits(from, [2]), [key(1)])).toContain('randomBits')
  expect(folded(() => randomBits(key(1), [2]), [])).not.toContain('randomBits')
})

it('what depends on an input stays', () => {
  const f = (x: Tensor<[2]>) => add(bind('stopGradient', [x], {}) as Tensor<[2]>, full([2], 1))
  expect(folded(f, [zeros([2])]).split('\n')).toHaveLength(5)
})
