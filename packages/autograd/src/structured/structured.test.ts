import { type AnyTensor, allocate, HostTensor, type TensorSpec } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileWith } from '../compile.ts'
import { inlineStructured } from '../inline.ts'
import { evaluate } from '../interpret.ts'
import { referenceEngine } from '../reference-engine.ts'
import { run } from '../replay.ts'
import { simplify } from '../simplify.ts'
import type { Structured, Tape } from '../tape.ts'
import { checkVjpJvp } from '../testing/duality.ts'
import { checkGradients } from '../testing/gradients.ts'
import { structuredCasesOf, structuredTape } from '../testing/structured-cases.ts'
import { checkBatching } from '../testing/vectorisation.ts'
import { floatInputs, floatOutputs, probe, widen } from '../testing/wide.ts'
import { vjpTape } from '../vjp.ts'
import { isStructured, structuredDefinitions } from './table.ts'

const all = Object.keys(structuredDefinitions) as readonly Structured[]
/** What engines run themselves. */
const loops: readonly Structured[] = ['scan', 'cond']
/** A customVjp has no rule for forward mode. */
const forward = all.filter((primitive) => primitive !== 'customVjp')

const cotangentFor = ({ shape, dtype }: TensorSpec): AnyTensor =>
  new HostTensor(shape, dtype, Float32Array.from(probe(shape, 7).data))

const gradientOf = (tape: Tape): { gradient: Tape; cotangents: AnyTensor[] } => {
  const seeded = floatOutputs(tape)
  return {
    gradient: vjpTape(tape, floatInputs(tape), seeded),
    cotangents: seeded.map((index) => cotangentFor(tape.values[tape.outputs[index]!]!)),
  }
}

/** Another example: floats moved, booleans turned. */
const varied = ({ shape, dtype, data }: AnyTensor, k: number): AnyTensor =>
  dtype === 'f32'
    ? new HostTensor(
        shape,
        dtype,
        Float32Array.from(data, (x) => x + k / 8),
      )
    : new HostTensor(
        shape,
        dtype,
        Uint8Array.from(data, (x) => (x + k) % 2),
      )

const plain = (tensors: readonly { shape: readonly number[]; data: ArrayLike<number> }[]) =>
  tensors.map(({ shape, data }) => ({ shape, data: Array.from(data) }))

describe.each(all)('%s', (primitive) => {
  const cases = structuredCasesOf(primitive)

  it('has the gradient of central differences', () => {
    fc.assert(
      fc.property(cases, (example) => {
        checkGradients(structuredTape(example), example.operands, { elements: 16 })
      }),
    )
  })

  it('has the second derivative of central differences of the gradient', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { gradient, cotangents } = gradientOf(structuredTape(example))
        checkGradients(gradient, [...example.operands, ...cotangents], { elements: 4 })
      }),
    )
  })

  it('has a gradient whose vjp and jvp are adjoint', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { gradient, cotangents } = gradientOf(structuredTape(example))
        checkVjpJvp(gradient, [...example.operands, ...cotangents])
      }),
    )
  })

  it('does for a batch what it does for each example, and so does its gradient', () => {
    fc.assert(
      fc.property(cases, fc.nat(2), fc.boolean(), fc.nat(), (example, size, differentiated, choice) => {
        const tape = structuredTape(example)
        const { gradient, cotangents } = gradientOf(tape)
        const inputs = differentiated ? [...example.operands, ...cotangents] : example.operands
        const examples = Array.from({ length: size }, (_, k) => inputs.map((input) => varied(input, k)))
        // Some of the inputs have a batch axis, at least one.
        const some = inputs.flatMap((_, index) => ((choice >> index) & 1 ? [index] : []))
        const batched = some.length === 0 ? [choice % inputs.length] : some
        checkBatching(differentiated ? gradient : tape, inputs, batched, examples)
      }),
    )
  })

  it('means the same evaluated, run at once, inlined and compiled, bit for bit', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const tape = structuredTape(example)
        const { gradient, cotangents } = gradientOf(tape)
        for (const [program, inputs] of [
          [tape, example.operands],
          [gradient, [...example.operands, ...cotangents]],
        ] as const) {
          const expected = plain(evaluate(program, inputs))
          const inlined = inlineStructured(program)
          const left = inlined.applications.filter(isStructured)
          expect(left.every((application) => loops.includes(application.primitive))).toBe(true)
          expect(plain(evaluate(inlined, inputs))).toEqual(expected)
          expect(plain(evaluate(simplify(program), inputs))).toEqual(expected)
          expect(plain(run(program, inputs))).toEqual(expected)
          const compiled = compileWith(referenceEngine)((xs: readonly AnyTensor[]) => run(program, xs))
          expect(plain(compiled(inputs))).toEqual(expected)
        }
      }),
    )
  })

  it('is evaluated in float64 where that is asked for', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const tape = structuredTape(example)
        for (const { dtype, data } of evaluate(tape, example.operands))
          expect(data.constructor).toBe(allocate(dtype, 0).constructor)
        for (const { dtype, data } of evaluate(tape, example.operands.map(widen), 'f64'))
          expect(data.constructor).toBe(dtype === 'f32' ? Float64Array : allocate(dtype, 0).constructor)
      }),
    )
  })
})

describe.each(forward)('%s', (primitive) => {
  it('has vjp and jvp adjoint to each other', () => {
    fc.assert(
      fc.property(structuredCasesOf(primitive), (example) =>
        checkVjpJvp(structuredTape(example), example.operands),
      ),
    )
  })
})
