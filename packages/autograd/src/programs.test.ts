import { type AnyTensor, HostTensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldConstants } from './fold-constants.ts'
import { applyIdentities } from './identities.ts'
import { evaluate } from './interpret.ts'
import { referenceEngine } from './reference-engine.ts'
import { replay } from './replay.ts'
import { removeDeadCode, shareCommonSubexpressions, simplify } from './simplify.ts'
import type { Tape } from './tape.ts'
import { checkVjpJvp } from './testing/duality.ts'
import { checkCompiled } from './testing/engines.ts'
import { checkGradients } from './testing/gradients.ts'
import { programs, programTape, runProgram } from './testing/programs.ts'
import { checkBatching } from './testing/vectorisation.ts'
import { floatInputs, probe } from './testing/wide.ts'
import { vjpTape } from './vjp.ts'

const gradientOf = (tape: Tape): { gradient: Tape; cotangents: AnyTensor[] } => ({
  gradient: vjpTape(tape, floatInputs(tape)),
  cotangents: tape.outputs.map((id, index) => {
    const { shape, dtype } = tape.values[id]!
    return new HostTensor(shape, dtype, Float32Array.from(probe(shape, index).data))
  }),
})

const outputs = (tape: Tape, inputs: readonly AnyTensor[]) =>
  evaluate(tape, inputs).map(({ shape, dtype, data }) => ({ shape, dtype, data: [...data] }))

/** Whole programs are cheap, and there are many: twice as many cases as of one primitive. */
const twice = { numRuns: 2 * fc.readConfigureGlobal().numRuns! }

const passes = [removeDeadCode, shareCommonSubexpressions, foldConstants, applyIdentities, simplify]

describe('random programs', () => {
  it('have the gradients of central differences', () => {
    let checked = 0
    let unsettled = 0
    fc.assert(
      fc.property(programs(), (program) => {
        const report = checkGradients(programTape(program), program.inputs)
        checked += report.checked
        unsettled += report.unsettled
      }),
      twice,
    )
    // Kinks are rare: nearly every element was compared.
    expect(unsettled).toBeLessThan(0.1 * checked)
  })

  it('have vjp and jvp adjoint to each other, and so have their gradients', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        checkVjpJvp(tape, program.inputs)
        const { gradient, cotangents } = gradientOf(tape)
        checkVjpJvp(gradient, [...program.inputs, ...cotangents])
      }),
      twice,
    )
  })

  it('have second derivatives of central differences of the gradient', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const { gradient, cotangents } = gradientOf(programTape(program))
        checkGradients(gradient, [...program.inputs, ...cotangents], { elements: 6 })
      }),
      twice,
    )
  })

  it('mean the same when simplified, with their gradients, bit for bit', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        const { gradient, cotangents } = gradientOf(tape)
        for (const [original, inputs] of [
          [tape, program.inputs],
          [gradient, [...program.inputs, ...cotangents]],
        ] as const)
          for (const pass of passes) {
            const passed = pass(original)
            expect(outputs(passed, inputs)).toEqual(outputs(original, inputs))
            expect(pass(passed)).toEqual(passed)
            expect(passed.applications.length).toBeLessThanOrEqual(original.applications.length)
          }
      }),
      twice,
    )
  })

  it('give the same when recorded, replayed and run at once', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        const values = replay(tape, program.inputs)
        const plain = ({ shape, dtype, data }: AnyTensor) => ({ shape, dtype, data: [...data] })
        const evaluated = outputs(tape, program.inputs)
        expect(tape.outputs.map((id) => plain(values[id]!))).toEqual(evaluated)
        expect(runProgram(program, program.inputs).map(plain)).toEqual(evaluated)
        checkCompiled(referenceEngine, tape, program.inputs, { tolerance: 0 })
      }),
      twice,
    )
  })

  it('do for a batch what they do for each example', () => {
    fc.assert(
      fc.property(programs(), fc.nat(2), (program, size) => {
        const examples = Array.from({ length: size }, (_, k) =>
          program.inputs.map(
            ({ shape, dtype, data }) =>
              new HostTensor(
                shape,
                dtype,
                Float32Array.from(data, (x) => x + k),
              ),
          ),
        )
        checkBatching(programTape(program), program.inputs, [0], examples)
      }),
      twice,
    )
  })
})
