import { type Primitive, type PrimitiveParameters, primitives, sizeOf, specOf } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atMost } from './testing/at-most.ts'
import type { Case } from './testing/case.ts'
import { cases } from './testing/cases/index.ts'
import { largeCases } from './testing/cases/large.ts'
import { nonconformance } from './testing/conformance.ts'
import { engines } from './testing/engines.ts'

const names: readonly Primitive[] = primitives

describe.each(engines)('$features: every primitive computes what the reference computes', (engine) => {
  const check = <P extends Primitive>(primitive: P) =>
    test(primitive, () => {
      fc.assert(
        fc.property(cases[primitive], (example) => {
          expect(nonconformance(engine, primitive, example)).toBeNull()
        }),
        atMost(400),
      )
    })
  for (const primitive of names) check(primitive)
})

describe.each(engines)('$features: large tensors: as the reference', (engine) => {
  const check = <P extends Primitive>(primitive: P) =>
    test(primitive, () => {
      for (const example of largeCases[primitive])
        expect(nonconformance(engine, primitive, example)).toBeNull()
    })
  for (const primitive of names) check(primitive)
})

describe('the cases', () => {
  /** The sizes of all tensors of a case. */
  const sizes = <P extends Primitive>(
    primitive: P,
    { operands, parameters }: Case<PrimitiveParameters[P]>,
  ): number[] => [...operands, specOf(primitive, operands, parameters)].map(({ shape }) => sizeOf(shape))

  const drawn = <P extends Primitive>(primitive: P): number[] =>
    fc.sample(cases[primitive], 2000).flatMap((example) => sizes(primitive, example))
  const large = <P extends Primitive>(primitive: P): number[] =>
    largeCases[primitive].flatMap((example) => sizes(primitive, example))

  test('are there for all primitives and no others', () => {
    expect(Object.keys(cases).sort()).toEqual([...primitives].sort())
    expect(Object.keys(largeCases).sort()).toEqual([...primitives].sort())
  })

  test.each(names)(
    'of %s have tensors with no and with one element, with odd tails, and large ones',
    (name) => {
      const found = drawn(name)
      expect(found).toContain(0)
      expect(found).toContain(1)
      expect(found.some((size) => size > 16 && size % 4 !== 0)).toBe(true)
      expect(Math.max(...large(name))).toBeGreaterThan(30_000)
    },
  )
})
