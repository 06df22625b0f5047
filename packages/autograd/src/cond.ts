import { showShape, type TensorOf } from '@vae/tensor'
import { closeOver, recordBody } from './closure.ts'
import type { RecordedFunction } from './function.ts'
import { bindStructured } from './replay.ts'

const describe = ({ tape, outputPaths }: RecordedFunction<unknown>): string =>
  tape.outputs
    .map((id, index) => {
      const { dtype, shape } = tape.values[id]!
      const path = outputPaths[index]!
      return `${path && `${path}: `}${dtype}${showShape(shape)}`
    })
    .join(', ')

/**
 * `whenTrue(…operands)` where the predicate is true, else `whenFalse(…operands)`: a choice that is made when the program
 * runs, where `if` would be made once, when it is recorded. Only the branch taken is computed, forward and backward; the
 * backward pass runs it once more. Both give the same types and shapes. To choose element by element use `select`, which
 * computes both sides; so does a `cond` whose predicate differs from example to example of a `vmap`.
 *
 * ```ts
 * const safeLog = (x: Tensor<[]>) => cond(greater(x, 0), (y: Tensor<[]>) => log(y), (y) => mul(y, 0), x)
 * safeLog(ones([])) // → 0
 * grad(safeLog)(full([], 2)) // → 0.5
 * grad(safeLog)(full([], -1)) // → 0
 * ```
 *
 * What the branches capture is differentiated too. Throws a `TypeError` when they give different trees or shapes.
 */
export const cond = <A extends readonly unknown[], R>(
  predicate: TensorOf<[], 'bool'>,
  whenTrue: (...operands: A) => R,
  whenFalse: (...operands: NoInfer<A>) => NoInfer<R>,
  ...operands: NoInfer<A>
): R => {
  const yes = recordBody(whenTrue, operands)
  const no = recordBody(whenFalse, operands)
  if (describe(yes) !== describe(no))
    throw new TypeError(`cond: the branches differ: ${describe(yes)} when true, ${describe(no)} when false`)
  const { tapes, captured } = closeOver([yes, no])
  const results = bindStructured('cond', [predicate, ...yes.inputs, ...captured], {
    whenTrue: tapes[0]!,
    whenFalse: tapes[1]!,
  })
  return yes.rebuild(results)
}
