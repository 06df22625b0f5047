import { type AnyTensor, leaves, type Tree } from '@vae/tensor'
import { recordFunction } from './function.ts'
import { jvpTape } from './jvp.ts'
import { replay } from './replay.ts'

/**
 * The value of `f` at `x` and its derivative along `tangent`, which has the type of `x`.
 *
 * ```ts
 * jvp(exp<[2]>, tensor([2], [0, 1]), ones([2])) // → { value: [1, 2.718], tangent: [1, 2.718] }
 * ```
 */
export const jvp = <X extends Tree<X>, R>(
  f: (x: X) => R,
  x: X,
  tangent: NoInfer<X>,
): { readonly value: R; readonly tangent: R } => {
  const { tape, inputs, captured, ranges, rebuild } = recordFunction((at: X) => f(at), [x])
  const floats = ranges[0]!.filter((index) => inputs[index]!.dtype === 'f32')
  const tangents = leaves(tangent).map((leaf) => leaf.tensor)
  const differentiated = jvpTape(tape, floats)
  const values = replay(differentiated, [...inputs, ...captured, ...floats.map((index) => tangents[index]!)])
  const outputs: AnyTensor[] = differentiated.outputs.map((id) => values[id]!)
  return {
    value: rebuild(outputs.slice(0, tape.outputs.length)),
    tangent: rebuild(outputs.slice(tape.outputs.length)),
  }
}
