import { allocate, type Block, type Primitive, primitives } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applicationTape } from '../testing/application-tape.ts'
import { casesOf, primitiveCases } from '../testing/primitive-cases.ts'
import { checkBatching } from '../testing/vectorisation.ts'
import { batchingRules } from './batching.ts'

/** Another example for the same program: the elements moved round by `count`. */
const rolled = ({ shape, dtype, data }: Block, count: number): Block => {
  const moved = allocate(dtype, data.length)
  for (let index = 0; index < data.length; index++) moved[index] = data[(index + count) % data.length]!
  return { shape, dtype, data: moved }
}

const batched: readonly Primitive[] = primitives.filter(
  (primitive) => primitive !== 'fill' && primitive !== 'iota',
)

describe('a batch is a loop, bit for bit', () => {
  it.each(batched)('%s', (primitive) => {
    const which = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(casesOf(primitive), fc.nat(3), which, (example, size, chosen) => {
        const operands = example.operands.map((_, index) => index)
        const some = operands.filter((index) => chosen[index])
        checkBatching(
          applicationTape(example),
          example.operands,
          some.length === 0 ? operands : some,
          Array.from({ length: size }, (_, k) => example.operands.map((operand) => rolled(operand, k))),
        )
      }),
    )
  })

  it('repeats what does not depend on the batch', () => {
    fc.assert(
      fc.property(primitiveCases.fill, fc.nat(3), (example, size) => {
        checkBatching(
          applicationTape(example),
          [],
          [],
          Array.from({ length: size }, () => []),
        )
      }),
    )
  })

  it('never asks for a rule of fill, which has no operand', () => {
    expect(batchingRules.fill).toThrow('vmap: fill has no operand that could be batched')
  })
})
