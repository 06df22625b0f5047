import type { AnyTensor } from '@vae/tensor'
import { interpret } from './interpret.ts'
import { bindApplication, bindStructured } from './replay.ts'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Tape } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

const inlined = (tape: Tape, inputs: readonly AnyTensor[]): readonly AnyTensor[] => {
  const values = interpret<AnyTensor>(
    tape,
    inputs,
    (tensor) => tensor,
    (application, operands) =>
      isStructured(application)
        ? structuredDefinition(application.primitive).inline({
            operands,
            parameters: application.parameters,
            run: inlined,
            apply: bindStructured,
            inlineStructured,
          })
        : bindApplication(application, operands),
  )
  return tape.outputs.map((id) => values[id]!)
}

/**
 * The same tape with checkpoint and customVjp written out, since they mean something to derivatives only; what a
 * checkpoint computes anew stays apart, by its barriers. What is left for an engine is plain primitives, scan and cond.
 *
 * ```ts
 * const f = checkpoint((x: Tensor<[]>) => exp(x))
 * const { tape } = recordFunction(f, [zeros([])])
 * inlineStructured(tape).applications.map(({ primitive }) => primitive) // → ['exp']
 * ```
 */
export const inlineStructured = (tape: Tape): Tape =>
  tape.applications.some(isStructured) ? transform(inputSpecs(tape), (inputs) => inlined(tape, inputs)) : tape
