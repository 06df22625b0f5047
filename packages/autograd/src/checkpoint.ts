import { closeOver, recordBody } from './closure.ts'
import { bindStructured } from './replay.ts'

/**
 * The same function, of which the backward pass keeps the arguments only and computes anew what is in between:
 * less memory for one more forward pass. Values and gradients are those of `f`, bit for bit. Group layers by the square
 * root of their number: of n layers, about 2√n are then kept at once.
 *
 * ```ts
 * const layer = (x: Tensor<[3]>) => tanh(mul(x, sigmoid(x)))
 * const network = (x: Tensor<[3]>) => sum(checkpoint(layer)(checkpoint(layer)(x)), [0])
 * grad(network)(zeros([3])) // → [0.25, 0.25, 0.25]
 * ```
 *
 * Arguments and result are any values with tensors in them. Tensors and parameters that `f` captures are treated as if
 * they were arguments. Throws like `record`. Source: Chen et al., "Training deep nets with sublinear memory cost" (2016).
 */
export const checkpoint =
  <A extends readonly unknown[], R>(f: (...args: A) => R) =>
  (...args: A): R => {
    const recorded = recordBody(f, args)
    const { tapes, captured } = closeOver([recorded])
    const body = tapes[0]!
    const operands = [...recorded.inputs, ...captured]
    // What only passes through, or is given twice, is one value: so its cotangents add up as they would outside.
    const known = new Map(body.inputs.map(({ id }, index) => [id, operands[index]!]))
    const outputs = [...new Set(body.outputs)].filter((id) => !known.has(id))
    const results = bindStructured('checkpoint', operands, { body: { ...body, outputs } })
    outputs.forEach((id, index) => {
      known.set(id, results[index]!)
    })
    return recorded.rebuild(body.outputs.map((id) => known.get(id)!))
  }
