import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { evaluate } from '../interpret.ts'
import { jvpTape } from '../jvp.ts'
import { applicationTape } from '../testing/application-tape.ts'
import { primitiveCases } from '../testing/primitive-cases.ts'
import { probe } from '../testing/wide.ts'
import { vjpTape } from '../vjp.ts'

it('stopGradient hands its value through, and no derivative in either direction', () => {
  fc.assert(
    fc.property(primitiveCases.stopGradient, (example) => {
      const tape = applicationTape(example)
      const [x] = example.operands
      for (const differentiated of [vjpTape(tape, [0]), jvpTape(tape, [0])]) {
        const [value, derivative] = evaluate(differentiated, [x!, probe(x!.shape, 1)])
        expect(value!.data).toEqual(x!.data)
        expect(derivative!.shape).toEqual(x!.shape)
        expect(derivative!.data.every((element) => element === 0)).toBe(true)
      }
    }),
  )
})
