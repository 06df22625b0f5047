import { type AnyTensor, allocate, type Block, bind, sizeOf, type TensorSpec } from '@vae/tensor'
import { activeValues } from '../active.ts'
import { splitTape } from '../partial.ts'
import { removeDeadCode } from '../simplify.ts'
import type { StructuredParameters, Tape } from '../tape.ts'
import { transform } from '../transform.ts'
import { type OrZero, positions, type StructuredDefinition, scatter, signatureOf } from './definition.ts'

type Scan = StructuredParameters['scan']

const stack = ({ shape, dtype }: TensorSpec, length: number): TensorSpec => ({
  shape: [length, ...shape],
  dtype,
})

const zeros = ({ shape, dtype }: TensorSpec): AnyTensor => bind('fill', [], { value: 0, shape, dtype })

/** A list as carries, stacked ones and the rest. */
const divide = <T>(list: readonly T[], { carries, stacked }: Pick<Scan, 'carries' | 'stacked'>) => ({
  carries: list.slice(0, carries),
  stacked: list.slice(carries, carries + stacked),
  captured: list.slice(carries + stacked),
})

/** Element `index` along axis 0, without a copy. */
const element = ({ shape, dtype, data }: Block, index: number): Block => {
  const size = sizeOf(shape.slice(1))
  return { shape: shape.slice(1), dtype, data: data.subarray(index * size, (index + 1) * size) }
}

/** The inputs of the body that a derivative flows to: a carry becomes one by what it gets from step to step. */
const activeInputs = (
  { body, carries }: Pick<Scan, 'body' | 'carries'>,
  given: readonly number[],
): readonly number[] => {
  const active = activeValues(body, given)
  const more = body.outputs
    .slice(0, carries)
    .flatMap((id, index) => (active.has(id) && !given.includes(index) ? [index] : []))
  return more.length === 0
    ? given
    : activeInputs(
        { body, carries },
        [...given, ...more].sort((a, b) => a - b),
      )
}

/** The indices in `wrt` as those of carries, of stacked inputs and of captured ones. */
const kinds = (wrt: readonly number[], { carries, stacked }: Scan) => ({
  carries: wrt.filter((index) => index < carries),
  stacked: wrt.filter((index) => index >= carries && index < carries + stacked),
  captured: wrt.filter((index) => index >= carries + stacked),
})

/** The outputs beside the carries that a derivative with respect to `wrt` flows to. */
const activeOutputs = ({ body, carries }: Scan, wrt: readonly number[]): readonly number[] => {
  const active = activeValues(body, wrt)
  return body.outputs.flatMap((id, index) => (index >= carries && active.has(id) ? [index] : []))
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

  vjp: ({ operands, active, parameters, run, apply, vjpTape }) => {
    const { body, carries, stacked, reverse } = parameters
    const count = body.outputs.length
    const wrt = activeInputs(parameters, positions(active))
    const to = kinds(wrt, parameters)
    const ys = activeOutputs(parameters, wrt)
    const seeded = [...to.carries, ...ys]
    const captured = body.inputs.flatMap((_, index) => (index >= carries + stacked ? [index] : []))
    const cotangentInputs = seeded.map((_, index) => body.inputs.length + index)
    const { known, rest } = splitTape(vjpTape(body, wrt, seeded), cotangentInputs, count, captured)

    // What a step hands to the backward pass is stacked, but for elements of the xs, which are stacked already.
    const residuals = known.outputs.slice(count)
    const xOf = residuals.map((id) =>
      known.inputs.findIndex((input, index) => input.id === id && index >= carries),
    )
    const made = residuals.filter((_, index) => xOf[index]! < 0)
    const results = apply('scan', operands, {
      ...parameters,
      body: { ...known, outputs: [...known.outputs.slice(0, count), ...made] },
    })
    const left = results.slice(count)

    const pullback = (cotangents: readonly OrZero[]): readonly OrZero[] => {
      const specs = [...signatureOf(body).operands]
      const sums = to.captured.map((index) => specs[index]!)
      const seeds = seeded.map((index) => body.values[body.outputs[index]!]!)
      const inputs = [
        ...seeds.slice(0, to.carries.length),
        ...sums,
        ...seeds.slice(to.carries.length),
        ...residuals.map((id) => known.values[id]!),
        ...captured.map((index) => specs[index]!),
      ].map((spec, index) => ({ ...spec, name: `${index}` }))
      const step = transform(inputs, (all) => {
        const at = (start: number, length: number) => all.slice(start, start + length)
        const [c, s, y] = [to.carries.length, sums.length, ys.length]
        const gradients = run(rest, [
          ...at(0, c),
          ...at(c + s, y),
          ...all.slice(c + s + y + residuals.length),
          ...at(c + s + y, residuals.length),
        ])
        const [carried, elements, terms] = [
          gradients.slice(0, c),
          gradients.slice(c, c + to.stacked.length),
          gradients.slice(c + to.stacked.length),
        ]
        return [...carried, ...terms.map((term, i) => bind('add', [all[c + i]!, term], {})), ...elements]
      })
      let next = 0
      const backward = apply(
        'scan',
        [
          ...to.carries.map((index) => cotangents[index] ?? zeros(specs[index]!)),
          ...sums.map(zeros),
          ...ys.map((index) => cotangents[index] ?? zeros(results[index]!)),
          ...xOf.map((index) => (index < 0 ? left[next++]! : operands[index]!)),
          ...captured.map((index) => operands[index]!),
        ],
        {
          body: removeDeadCode(step),
          carries: to.carries.length + sums.length,
          stacked: ys.length + residuals.length,
          length: parameters.length,
          reverse: !reverse,
        },
      )
      return scatter(backward, [...to.carries, ...to.captured, ...to.stacked], operands.length)
    }
    return { results: results.slice(0, count), pullback }
  },

  jvp: ({ operands, tangents, parameters, apply, jvpTape }) => {
    const { body, carries, stacked } = parameters
    const wrt = activeInputs(parameters, positions(tangents))
    const to = kinds(wrt, parameters)
    const ys = activeOutputs(parameters, wrt)
    const both = jvpTape(body, wrt)
    const tangentOf = (index: number) => both.inputs[body.inputs.length + wrt.indexOf(index)]!
    const inputs = divide(both.inputs.slice(0, body.inputs.length), parameters)
    const given = divide(operands, parameters)
    const [values, derivatives] = [
      both.outputs.slice(0, body.outputs.length),
      both.outputs.slice(body.outputs.length),
    ]
    const next: Tape = {
      ...both,
      inputs: [
        ...inputs.carries,
        ...to.carries.map(tangentOf),
        ...inputs.stacked,
        ...to.stacked.map(tangentOf),
        ...inputs.captured,
        ...to.captured.map(tangentOf),
      ],
      outputs: [
        ...values.slice(0, carries),
        ...to.carries.map((index) => derivatives[index]!),
        ...values.slice(carries),
        ...ys.map((index) => derivatives[index]!),
      ],
    }
    const found = apply(
      'scan',
      [
        ...given.carries,
        ...to.carries.map((index) => tangents[index] ?? zeros(operands[index]!)),
        ...given.stacked,
        ...to.stacked.map((index) => tangents[index]!),
        ...given.captured,
        ...to.captured.map((index) => tangents[index]!),
      ],
      {
        ...parameters,
        body: removeDeadCode(next),
        carries: carries + to.carries.length,
        stacked: stacked + to.stacked.length,
      },
    )
    const first = carries + to.carries.length
    const plain = first + body.outputs.length - carries
    return {
      results: [...found.slice(0, carries), ...found.slice(first, plain)],
      tangents: scatter(
        [...found.slice(carries, first), ...found.slice(plain)],
        [...to.carries, ...ys],
        body.outputs.length,
      ),
    }
  },

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
