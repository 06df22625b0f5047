import { removeDeadCode } from '../simplify.ts'
import type { Tape } from '../tape.ts'
import { positions, type StructuredDefinition, scatter } from './definition.ts'
import { activeInputs, activeOutputs, divide, kinds, zeros } from './scan-parts.ts'

/** Forward mode: a scan that carries tangents beside the carries, and takes and gives them beside the elements. */
export const scanJvp: StructuredDefinition<'scan'>['jvp'] = ({
  operands,
  tangents,
  parameters,
  apply,
  jvpTape,
}) => {
  const { body, carries, stacked } = parameters
  const wrt = activeInputs(parameters, positions(tangents))
  const to = kinds(wrt, parameters)
  const ys = activeOutputs(parameters, wrt)
  const both = jvpTape(body, wrt)
  const tangentOf = (index: number) => both.inputs[body.inputs.length + wrt.indexOf(index)]!
  const inputs = divide(both.inputs.slice(0, body.inputs.length), parameters)
  const given = divide(operands, parameters)
  const [values, derivatives] = [
    both.outputs.slice(0, body.outputs.length),
    both.outputs.slice(body.outputs.length),
  ]
  const next: Tape = {
    ...both,
    inputs: [
      ...inputs.carries,
      ...to.carries.map(tangentOf),
      ...inputs.stacked,
      ...to.stacked.map(tangentOf),
      ...inputs.captured,
      ...to.captured.map(tangentOf),
    ],
    outputs: [
      ...values.slice(0, carries),
      ...to.carries.map((index) => derivatives[index]!),
      ...values.slice(carries),
      ...ys.map((index) => derivatives[index]!),
    ],
  }
  const found = apply(
    'scan',
    [
      ...given.carries,
      ...to.carries.map((index) => tangents[index] ?? zeros(operands[index]!)),
      ...given.stacked,
      ...to.stacked.map((index) => tangents[index]!),
      ...given.captured,
      ...to.captured.map((index) => tangents[index]!),
    ],
    {
      ...parameters,
      body: removeDeadCode(next),
      carries: carries + to.carries.length,
      stacked: stacked + to.stacked.length,
    },
  )
  const first = carries + to.carries.length
  const plain = first + body.outputs.length - carries
  return {
    results: [...found.slice(0, carries), ...found.slice(first, plain)],
    tangents: scatter(
      [...found.slice(carries, first), ...found.slice(plain)],
      [...to.carries, ...ys],
      body.outputs.length,
    ),
  }
}
