import { type AnyTensor, allocate, type Block, bind, sizeOf, type TensorSpec } from '@vae/tensor'
import { type StructuredDefinition, signatureOf } from './definition.ts'
import { scanJvp } from './scan-jvp.ts'
import { divide } from './scan-parts.ts'
import { scanVjp } from './scan-vjp.ts'

const stack = ({ shape, dtype }: TensorSpec, length: number): TensorSpec => ({
  shape: [length, ...shape],
  dtype,
})

/** Element `index` along axis 0, without a copy. */
const element = ({ shape, dtype, data }: Block, index: number): Block => {
  const size = sizeOf(shape.slice(1))
  return { shape: shape.slice(1), dtype, data: data.subarray(index * size, (index + 1) * size) }
}

/** Axes 0 and 1 exchanged. */
const exchange = (x: AnyTensor): AnyTensor =>
  bind('permute', [x], { axes: [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)] })

/**
 * A loop with a state, as `lax.scan` of JAX. Its derivatives are scans: forward mode beside it, reverse mode in the
 * opposite order over what each step leaves behind for it.
 */
export const scan: StructuredDefinition<'scan'> = {
  signature: ({ body, carries, stacked, length }) => {
    const { operands, results } = signatureOf(body)
    const inputs = divide(operands, { carries, stacked })
    return {
      operands: [...inputs.carries, ...inputs.stacked.map((spec) => stack(spec, length)), ...inputs.captured],
      results: results.map((spec, index) => (index < carries ? spec : stack(spec, length))),
    }
  },

  evaluate: ({ operands, parameters, precision, run }) => {
    const { body, carries, length, reverse } = parameters
    const given = divide(operands, parameters)
    const ys = signatureOf(body)
      .results.slice(carries)
      .map((spec): Block => {
        const { shape, dtype } = stack(spec, length)
        const wide = dtype === 'f32' && precision === 'f64'
        return { shape, dtype, data: wide ? new Float64Array(sizeOf(shape)) : allocate(dtype, sizeOf(shape)) }
      })
    let carry: readonly Block[] = given.carries
    for (let step = 0; step < length; step++) {
      const index = reverse ? length - 1 - step : step
      const xs = given.stacked.map((x) => element(x, index))
      const outputs = run(body, [...carry, ...xs, ...given.captured])
      carry = outputs.slice(0, carries)
      outputs.slice(carries).forEach(({ data }, y) => {
        ys[y]!.data.set(data, index * data.length)
      })
    }
    return [...carry, ...ys]
  },

  inline: ({ operands, parameters, apply, inlineStructured }) =>
    apply('scan', operands, { ...parameters, body: inlineStructured(parameters.body) }),

  vjp: scanVjp,
  jvp: scanJvp,

  batch: ({ operands, batched, size, parameters, apply, batchTape }) => {
    const { body, carries, stacked } = parameters
    const isCarry = (index: number): boolean => index < carries
    const isStacked = (index: number): boolean => !isCarry(index) && index < carries + stacked
    const which = operands.flatMap((_, index) => (isCarry(index) || batched[index] ? [index] : []))
    const given = operands.map((x, index) => {
      if (isStacked(index)) return batched[index] ? exchange(x) : x
      return isCarry(index) && !batched[index] ? bind('broadcastTo', [x], { shape: [size, ...x.shape] }) : x
    })
    const results = apply('scan', given, { ...parameters, body: batchTape(body, which, size) })
    return results.map((result, index) => (isCarry(index) ? result : exchange(result)))
  },
}
