import { HostTensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { splitTape } from './partial.ts'
import { run } from './replay.ts'
import { programs, programTape } from './testing/programs.ts'
import { floatInputs, probe } from './testing/wide.ts'
import { vjpTape } from './vjp.ts'

it('the parts of a tape, one after the other, are the tape, bit for bit', () => {
  fc.assert(
    fc.property(programs(), (program) => {
      const tape = programTape(program)
      const gradient = vjpTape(tape, floatInputs(tape))
      const seeds = tape.outputs.map((id, index) => {
        const { shape, dtype } = tape.values[id]!
        return new HostTensor(shape, dtype, Float32Array.from(probe(shape, index).data))
      })
      const count = tape.outputs.length
      const unknown = seeds.map((_, index) => tape.inputs.length + index)
      const { known, rest } = splitTape(gradient, unknown, count)
      const computed = run(known, program.inputs)
      const gradients = run(rest, [...seeds, ...computed.slice(count)])
      expect([...computed.slice(0, count), ...gradients]).toEqual(
        run(gradient, [...program.inputs, ...seeds]),
      )
      // Nothing of the forward pass is done twice but what depends on nothing.
      const again = rest.applications.filter((application) => known.applications.includes(application))
      expect(
        again.every(({ operands }) => operands.every((id) => !tape.inputs.some((i) => i.id === id))),
      ).toBe(true)
    }),
  )
})
