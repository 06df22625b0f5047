import { primitives } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { applicationTape } from '../testing/application-tape.ts'
import { checkVjpJvp } from '../testing/duality.ts'
import { casesOf } from '../testing/primitive-cases.ts'

describe('the vjp and jvp rules are adjoint', () => {
  it.each(primitives)('%s', (primitive) => {
    fc.assert(
      fc.property(casesOf(primitive), (example) => checkVjpJvp(applicationTape(example), example.operands)),
    )
  })
})
