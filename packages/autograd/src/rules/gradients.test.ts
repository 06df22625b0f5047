import { primitives } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { applicationTape } from '../testing/application-tape.ts'
import { checkGradients } from '../testing/gradients.ts'
import { casesOf } from '../testing/primitive-cases.ts'

describe('the vjp rule agrees with central differences in float64', () => {
  // The gradient of stopGradient is not that of its value: see stop-gradient.test.ts.
  const differentiable = primitives.filter((primitive) => primitive !== 'stopGradient')
  it.each(differentiable)('%s', (primitive) => {
    fc.assert(
      fc.property(casesOf(primitive), (example) => {
        checkGradients(applicationTape(example), example.operands)
      }),
    )
  })
})
