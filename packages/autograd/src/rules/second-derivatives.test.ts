import { type AnyTensor, HostTensor, primitives, type TensorSpec } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Tape } from '../tape.ts'
import { applicationTape } from '../testing/application-tape.ts'
import { checkVjpJvp } from '../testing/duality.ts'
import { checkGradients } from '../testing/gradients.ts'
import { casesOf } from '../testing/primitive-cases.ts'
import { floatInputs, floatOutputs, probe } from '../testing/wide.ts'
import { vjpTape } from '../vjp.ts'

const cotangentFor = ({ shape, dtype }: TensorSpec): AnyTensor =>
  new HostTensor(shape, dtype, Float32Array.from(probe(shape, 7).data))

/** The gradient of a tape, which is a tape, with a cotangent for each float output as its last inputs. */
const gradientOf = (tape: Tape): { gradient: Tape; cotangents: AnyTensor[] } => {
  const seeded = floatOutputs(tape)
  return {
    gradient: vjpTape(tape, floatInputs(tape), seeded),
    cotangents: seeded.map((index) => cotangentFor(tape.values[tape.outputs[index]!]!)),
  }
}

describe('the gradient of the gradient agrees with central differences of the gradient', () => {
  const differentiable = primitives.filter((primitive) => primitive !== 'stopGradient')
  it.each(differentiable)('%s', (primitive) => {
    fc.assert(
      fc.property(casesOf(primitive), (example) => {
        const { gradient, cotangents } = gradientOf(applicationTape(example))
        checkGradients(gradient, [...example.operands, ...cotangents])
      }),
    )
  })
})

describe('the gradient of the gradient is adjoint to the tangent of the gradient', () => {
  it.each(primitives)('%s', (primitive) => {
    fc.assert(
      fc.property(casesOf(primitive), (example) => {
        const { gradient, cotangents } = gradientOf(applicationTape(example))
        checkVjpJvp(gradient, [...example.operands, ...cotangents])
      }),
    )
  })
})
