import { type AnyTensor, bind, HostTensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { type InputSpec, record } from '../recorder.ts'
import { bindStructured } from '../replay.ts'
import type { Structured, StructuredParameters, Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { matching, programs, programTape, runProgram } from './programs.ts'
import { floatInputs } from './wide.ts'

/** Operands and parameters that a structured primitive accepts. */
export interface StructuredCase<S extends Structured> {
  readonly primitive: S
  readonly operands: readonly AnyTensor[]
  readonly parameters: StructuredParameters[S]
}

type Cases<S extends Structured> = fc.Arbitrary<StructuredCase<S>>

/** Short random programs are the tapes among the parameters. */
const bodies = programs({ depth: 5 }).map((program) => ({
  body: programTape(program),
  operands: program.inputs,
}))

/** The gradient that `body` has anyway, as one that a user would have written. */
const written = (body: Tape): StructuredParameters['customVjp'] => {
  const gradient = vjpTape(body, floatInputs(body))
  return {
    body,
    // The residuals are the arguments.
    forward: { ...body, outputs: [...body.outputs, ...body.inputs.map(({ id }) => id)] },
    backward: { ...gradient, outputs: gradient.outputs.slice(body.outputs.length) },
    count: body.inputs.length,
  }
}

const specsOf = (tensors: readonly AnyTensor[]): InputSpec[] =>
  tensors.map(({ shape, dtype }, index) => ({ shape, dtype, name: `x${index}` }))

/** `x` a number of times, a little different each time, along a new axis 0. */
const repeated = ({ shape, data }: AnyTensor, times: number): AnyTensor =>
  new HostTensor(
    [times, ...shape],
    'f32',
    Float32Array.from({ length: times * data.length }, (_, index) => {
      const time = Math.floor(index / data.length)
      return data[index - time * data.length]! - time / 32
    }),
  )

/** The first input of a program is the carry, the second one, if any, is stacked, and the third captured. */
const scans: Cases<'scan'> = fc
  .record({ program: programs({ depth: 3 }), length: fc.nat(3), reverse: fc.boolean() })
  .map(({ program, length, reverse }) => {
    const [init, ...rest] = program.inputs
    const { tape: body } = record((inputs) => {
      const outputs = runProgram(program, inputs)
      const moved = bind('add', [inputs[0]!, matching(inputs[0]!, outputs.at(-1)!)], {})
      return [bind('tanh', [moved], {}), ...outputs]
    }, specsOf(program.inputs))
    const operands = [init!, ...rest.map((x, index) => (index === 0 ? repeated(x, length) : x))]
    const parameters = { body, carries: 1, stacked: Math.min(1, rest.length), length, reverse }
    return { primitive: 'scan', operands, parameters }
  })

/** A program, or the sines of what it gives. */
const conds: Cases<'cond'> = fc
  .record({ program: programs({ depth: 4 }), predicate: fc.nat(1) })
  .map(({ program, predicate }) => ({
    primitive: 'cond',
    operands: [tensor([], [predicate], 'bool'), ...program.inputs],
    parameters: {
      whenTrue: programTape(program),
      whenFalse: record(
        (inputs) => runProgram(program, inputs).map((output) => bind('sin', [output], {})),
        specsOf(program.inputs),
      ).tape,
    },
  }))

/** For each structured primitive random applications of it, whose derivatives are those of their values. */
export const structuredCases = {
  checkpoint: bodies.map(({ body, operands }) => ({
    primitive: 'checkpoint',
    operands,
    parameters: { body },
  })),
  customVjp: bodies.map(({ body, operands }) => ({
    primitive: 'customVjp',
    operands,
    parameters: written(body),
  })),
  scan: scans,
  cond: conds,
} satisfies { readonly [S in Structured]: Cases<S> }

/** The cases of a structured primitive whose name is known at run time only. */
export const structuredCasesOf = (primitive: Structured): fc.Arbitrary<StructuredCase<Structured>> =>
  structuredCases[primitive] as fc.Arbitrary<StructuredCase<Structured>>

/** The tape that applies one structured primitive to inputs `x0`, `x1`, … */
export const structuredTape = ({ primitive, operands, parameters }: StructuredCase<Structured>): Tape =>
  record((inputs) => bindStructured(primitive, inputs, parameters), specsOf(operands)).tape
