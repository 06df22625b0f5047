import type { AnyTensor } from '@vae/tensor'
import type * as fc from 'fast-check'
import { record } from '../recorder.ts'
import { bindStructured } from '../replay.ts'
import type { Structured, StructuredParameters, Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { programs, programTape } from './programs.ts'
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
} satisfies { readonly [S in Structured]: Cases<S> }

/** The cases of a structured primitive whose name is known at run time only. */
export const structuredCasesOf = (primitive: Structured): fc.Arbitrary<StructuredCase<Structured>> =>
  structuredCases[primitive] as fc.Arbitrary<StructuredCase<Structured>>

/** The tape that applies one structured primitive to inputs `x0`, `x1`, … */
export const structuredTape = ({ primitive, operands, parameters }: StructuredCase<Structured>): Tape =>
  record(
    (inputs) => bindStructured(primitive, inputs, parameters),
    operands.map(({ shape, dtype }, index) => ({ shape, dtype, name: `x${index}` })),
  ).tape
