import { type AnyTensor, HostTensor } from '@vae/tensor'
import type { Engine } from './engine.ts'
import { evaluate } from './interpret.ts'
import { show } from './show.ts'
import type { Tape } from './tape.ts'

/**
 * The oracle as an engine: runs anywhere, slowly, with plain JavaScript loops.
 *
 * ```ts
 * const run = compileWith(referenceEngine)(exp<[2]>)
 * run(tensor([2], [0, 1])) // → [1, 2.718]
 * ```
 */
export const referenceEngine: Engine = {
  name: 'reference',
  features: 'javascript',
  load: (tape: Tape) => ({
    run: (inputs) =>
      evaluate(tape, inputs).map(
        // In precision f32 the evaluator allocates the typed array of the dtype.
        ({ shape, dtype, data }): AnyTensor => new HostTensor(shape, dtype, data as AnyTensor['data']),
      ),
    explain: () => show(tape),
    stages: [],
    profile: null,
    close: () => undefined,
  }),
  close: () => undefined,
}
