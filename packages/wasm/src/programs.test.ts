import { simplify, vjpTape } from '@vae/autograd'
import { checkCompiled, programs, programTape } from '@vae/autograd/testing'
import { ones } from '@vae/tensor'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { wasmEngine } from './engine.ts'

const engine = await wasmEngine()

/** Whole programs are cheap, and there are many: twice as many cases as of one primitive. */
const twice = { numRuns: 2 * fc.readConfigureGlobal().numRuns! }

describe('random programs compute what the reference computes', () => {
  it('as they are, and simplified', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        checkCompiled(engine, tape, program.inputs)
        checkCompiled(engine, simplify(tape), program.inputs)
      }),
      twice,
    )
  })

  it('with their gradients', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        const gradient = vjpTape(tape, [...tape.inputs.keys()])
        const cotangents = tape.outputs.map((id) => ones([...tape.values[id]!.shape]))
        checkCompiled(engine, simplify(gradient), [...program.inputs, ...cotangents], { tolerance: 1e-4 })
      }),
      twice,
    )
  })
})
