import { bind, type TensorSpec } from '@vae/tensor'
import { splitTape } from '../partial.ts'
import { removeDeadCode } from '../simplify.ts'
import type { Tape } from '../tape.ts'
import { transform } from '../transform.ts'
import {
  type Pullback,
  positions,
  type StructuredContext,
  type StructuredDefinition,
  scatter,
  signatureOf,
} from './definition.ts'
import { activeInputs, activeOutputs, groups, kinds, zeros } from './scan-parts.ts'

/** What a step of the backward pass takes beside what is captured, by kind. */
interface StepInputs {
  /** Carried: the cotangents of the carries, and the sums so far of the cotangents of what is captured. */
  readonly carries: readonly TensorSpec[]
  readonly sums: readonly TensorSpec[]
  /** Elements: the cotangents of the ys, and the residuals of the step. */
  readonly ys: readonly TensorSpec[]
  readonly residuals: readonly TensorSpec[]
}

/**
 * A step of the backward pass: from its inputs and what is captured to the next cotangents of the carries, the next
 * sums, and the cotangents of the elements. `rest` computes gradients from (…carries, …ys, …captured, …residuals).
 */
const backwardStep = (
  rest: Tape,
  { carries, sums, ys, residuals }: StepInputs,
  captured: readonly TensorSpec[],
  run: StructuredContext<'scan'>['run'],
): Tape => {
  const kinds = [carries, sums, ys, residuals]
  const counts = kinds.map(({ length }) => length)
  const inputs = [...kinds.flat(), ...captured].map((spec, index) => ({ ...spec, name: `${index}` }))
  const step = transform(inputs, (all) => {
    const [carry, sum, y, residual, shared] = groups(all, counts)
    const gradients = run(rest, [...carry!, ...y!, ...shared!, ...residual!])
    const elements = gradients.length - carries.length - sums.length
    const [toCarries, toElements, terms] = groups(gradients, [carries.length, elements])
    return [
      ...toCarries!,
      ...sum!.map((total, index) => bind('add', [total, terms![index]!], {})),
      ...toElements!,
    ]
  })
  return removeDeadCode(step)
}

/**
 * Reverse mode: the step is divided by partial evaluation into a forward part, whose residuals the scan stacks, and a
 * backward part, which a scan in the opposite order runs. Elements of the xs are stacked already, and what follows from
 * captured values alone is the same in all steps: neither is stacked again.
 */
export const scanVjp: StructuredDefinition<'scan'>['vjp'] = ({
  operands,
  active,
  parameters,
  run,
  apply,
  vjpTape,
}) => {
  const { body, carries, stacked, reverse } = parameters
  const count = body.outputs.length
  const specs = signatureOf(body)
  const wrt = activeInputs(parameters, positions(active))
  const to = kinds(wrt, parameters)
  const ys = activeOutputs(parameters, wrt)
  const seeded = [...to.carries, ...ys]
  const captured = body.inputs.flatMap((_, index) => (index >= carries + stacked ? [index] : []))
  const cotangentInputs = seeded.map((_, index) => body.inputs.length + index)
  const { known, rest } = splitTape(vjpTape(body, wrt, seeded), cotangentInputs, count, captured)

  const residuals = known.outputs.slice(count)
  const elementOf = residuals.map((id) =>
    known.inputs.findIndex((input, index) => input.id === id && index >= carries),
  )
  const made = residuals.filter((_, index) => elementOf[index]! < 0)
  const results = apply('scan', operands, {
    ...parameters,
    body: { ...known, outputs: [...known.outputs.slice(0, count), ...made] },
  })

  const pullback: Pullback = (cotangents) => {
    const left = results.slice(count)
    const sums = to.captured.map((index) => specs.operands[index]!)
    const step = backwardStep(
      rest,
      {
        carries: to.carries.map((index) => specs.operands[index]!),
        sums,
        ys: ys.map((index) => specs.results[index]!),
        residuals: residuals.map((id) => known.values[id]!),
      },
      captured.map((index) => specs.operands[index]!),
      run,
    )
    const given = [
      ...to.carries.map((index) => cotangents[index] ?? zeros(specs.operands[index]!)),
      ...sums.map(zeros),
      ...ys.map((index) => cotangents[index] ?? zeros(results[index]!)),
      ...elementOf.map((index, position) =>
        index < 0 ? left[made.indexOf(residuals[position]!)]! : operands[index]!,
      ),
      ...captured.map((index) => operands[index]!),
    ]
    const found = apply('scan', given, {
      body: step,
      carries: to.carries.length + sums.length,
      stacked: ys.length + residuals.length,
      length: parameters.length,
      reverse: !reverse,
    })
    return scatter(found, [...to.carries, ...to.captured, ...to.stacked], operands.length)
  }
  return { results: results.slice(0, count), pullback }
}
