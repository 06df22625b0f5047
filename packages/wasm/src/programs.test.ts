import { evaluate, simplify, type Tape, vjpTape } from '@vae/autograd'
import { checkCompiled, programs, programTape } from '@vae/autograd/testing'
import { type AnyTensor, ones } from '@vae/tensor'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { wasmEngine } from './engine.ts'

const engine = await wasmEngine()

/** Whole programs are cheap, and there are many: twice as many cases as of one primitive. */
const twice = { numRuns: 2 * fc.readConfigureGlobal().numRuns! }

/** The largest number on the way: what is rounded there may be left over where terms cancel. */
const largest = (tape: Tape, inputs: readonly AnyTensor[]): number => {
  const outputs = tape.applications.flatMap(({ results }) => results)
  const values = evaluate({ ...tape, outputs }, inputs)
  return Math.max(1, ...values.flatMap(({ data }) => Array.from(data, Math.abs)))
}

const check = (tape: Tape, inputs: readonly AnyTensor[]): void =>
  checkCompiled(engine, tape, inputs, { absolute: 1e-5 * largest(tape, inputs) })

describe('random programs compute what the reference computes', () => {
  it('as they are, and simplified', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        check(tape, program.inputs)
        check(simplify(tape), program.inputs)
      }),
      twice,
    )
  })

  it('with their gradients', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        const gradient = simplify(vjpTape(tape, [...tape.inputs.keys()]))
        const cotangents = tape.outputs.map((id) => ones([...tape.values[id]!.shape]))
        check(gradient, [...program.inputs, ...cotangents])
      }),
      twice,
    )
  })
})
