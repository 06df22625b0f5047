import { type AnyTensor, bind, type Primitive } from '@vae/tensor'
import { interpret } from './interpret.ts'
import { bindApplication, bindStructured, run } from './replay.ts'
import { type BatchingContext, type BatchingRule, batchingRules } from './rules/batching.ts'
import { removeDeadCode } from './simplify.ts'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Application, Tape } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

/** A value that may have a batch axis, as its axis 0. */
interface Batched {
  readonly tensor: AnyTensor
  readonly batched: boolean
}

const rules = batchingRules as { readonly [P in Primitive]: BatchingRule<Primitive> }

/**
 * Vectorisation as a function from tape to tape: the result does what `tape` does for each of `size` examples
 * at once. The inputs listed in `batched` (indices into `tape.inputs`), and all outputs, get the batch as a
 * new axis 0.
 *
 * ```ts
 * const [sums] = evaluate(batchTape(tape, [0], 2), [tensor([2, 3], [1, 2, 3, 4, 5, 6])])
 * sums?.data // → [14, 77]
 * ```
 */
export const batchTape = (tape: Tape, batched: readonly number[], size: number): Tape => {
  const apply = (application: Application, operands: readonly Batched[]): readonly Batched[] => {
    const tensors = operands.map(({ tensor }) => tensor)
    const which = operands.map((operand) => operand.batched)
    if (!which.includes(true))
      return bindApplication(application, tensors).map((tensor) => ({ tensor, batched: false }))
    if (isStructured(application)) {
      const { primitive, parameters } = application
      return structuredDefinition(primitive)
        .batch({
          operands: tensors,
          batched: which,
          size,
          parameters,
          run,
          apply: bindStructured,
          batchTape,
        })
        .map((tensor) => ({ tensor, batched: true }))
    }
    const context: object = {
      operands: tensors,
      batched: which,
      size,
      parameters: application.parameters,
    }
    const tensor = rules[application.primitive](context as BatchingContext<Primitive>)
    return [{ tensor, batched: true }]
  }
  const specs = inputSpecs(tape).map((spec, index) =>
    batched.includes(index) ? { ...spec, shape: [size, ...spec.shape] } : spec,
  )
  const vectorised = transform(specs, (inputs) => {
    const values = interpret<Batched>(
      tape,
      inputs.map((tensor, index) => ({ tensor, batched: batched.includes(index) })),
      (tensor) => ({ tensor, batched: false }),
      apply,
    )
    return tape.outputs.map((id) => {
      const value = values[id]!
      return value.batched
        ? value.tensor
        : bind('broadcastTo', [value.tensor], { shape: [size, ...value.tensor.shape] })
    })
  })
  return removeDeadCode(vectorised)
}
