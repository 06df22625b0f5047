import type { Block } from '@vae/tensor'
import { evaluate } from '../interpret.ts'
import type { Application, Tape, ValueId } from '../tape.ts'
import { showFunction } from './code.ts'

/** The inputs of one run of a tape. */
export type Inputs = readonly Block[]

/** A tape with the inputs of the runs that are checked together: one, or one for each example. */
interface Subject {
  readonly tape: Tape
  readonly runs: readonly Inputs[]
}

/** All values of a run, by id. */
const valuesOf = (tape: Tape, inputs: Inputs): readonly Block[] =>
  evaluate({ ...tape, outputs: [...tape.values.keys()] }, inputs)

/** One application as a tape of its own, at the operands that it has in each run. */
const alone = (tape: Tape, application: Application, values: readonly (readonly Block[])[]): Subject => {
  const operands = [...new Set(application.operands)]
  const names = new Map([...tape.inputs, ...tape.constants].map(({ id, name }) => [id, name]))
  const placed = (id: ValueId): ValueId => operands.indexOf(id)
  const results = application.results.map((_, index) => operands.length + index)
  return {
    tape: {
      values: [...operands, ...application.results].map((id) => tape.values[id]!),
      inputs: operands.map((id, index) => ({ id: index, name: names.get(id) ?? `%${id}` })),
      constants: [],
      applications: [{ ...application, operands: application.operands.map(placed), results }],
      outputs: results,
    },
    runs: values.map((ofRun) => operands.map((id) => ofRun[id]!)),
  }
}

/** Every application alone, but those whose derivative is not meant to be that of their value. */
function* parts({ tape, runs }: Subject): Generator<Subject> {
  const values = runs.map((inputs) => valuesOf(tape, inputs))
  for (const application of tape.applications)
    if (application.primitive !== 'stopGradient') yield alone(tape, application, values)
}

/** A check of the public kit, as it is shown in a report. */
export interface Check<R> {
  readonly name: string
  /** Throws an error that says what is wrong. */
  readonly run: (tape: Tape, runs: readonly Inputs[]) => R
  /** The call that repeats the check of `f`. */
  readonly call: (tape: Tape, runs: readonly Inputs[]) => string
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Runs a check. If it fails, an application that fails on its own is looked for, and the error says what is wrong with
 * that, or else with the whole, and how to repeat it as a program.
 */
export const explained = <R>({ name, run, call }: Check<R>, tape: Tape, runs: readonly Inputs[]): R => {
  const report = (subject: Subject, problem: string, cause: unknown): Error => {
    const code = [
      `import { ${name} } from '@vae/autograd/testing'`,
      `import { type AnyTensor, bind, tensor } from '@vae/tensor'`,
      '',
      showFunction(subject.tape),
      call(subject.tape, subject.runs),
    ]
    return new Error(`${problem}\n\n${code.join('\n')}\n`, { cause })
  }
  try {
    return run(tape, runs)
  } catch (error) {
    for (const part of parts({ tape, runs })) {
      try {
        run(part.tape, part.runs)
      } catch (smaller) {
        throw report(part, sentence(smaller), error)
      }
    }
    throw report({ tape, runs }, sentence(error), error)
  }
}
