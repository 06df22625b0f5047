import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { jvpTape } from '../jvp.ts'
import { applicationTape } from '../testing/application-tape.ts'
import { primitiveCases } from '../testing/primitive-cases.ts'

it('the tangent of a barrier waits for what the value waits for', () => {
  fc.assert(
    fc.property(primitiveCases.barrier, (example) => {
      const { applications } = jvpTape(applicationTape(example), [0])
      const barriers = applications.filter(({ primitive }) => primitive === 'barrier')
      expect(barriers).toHaveLength(2)
      const [value, tangent] = barriers
      expect(tangent!.operands.slice(1)).toEqual(value!.operands.slice(1))
    }),
  )
})
