import type { Block } from '@vae/tensor'
import { evaluate } from '../interpret.ts'
import type { Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { type Checked, recorded } from './checked.ts'
import { showArguments } from './code.ts'
import { explained } from './failure.ts'
import { dotAll, floatInputs, floatOutputs, probe, widen } from './wide.ts'

/** How thoroughly gradients are checked. */
export interface GradientCheckOptions {
  /** Step of the differences, relative to elements above 1. 10⁻³ unless given. */
  readonly step?: number
  /** Elements checked of each input, spread evenly; 64 unless given. */
  readonly elements?: number
}

/** What was checked. */
export interface GradientReport {
  /** Elements whose gradient was compared. */
  readonly checked: number
  /** Elements where the differences do not settle, at a kink for example, so that there is nothing to compare. */
  readonly unsettled: number
}

/** A numeric derivative with a bound on its error. */
interface Estimate {
  readonly value: number
  readonly error: number
}

/** Steps of the differences, as parts of the step that was asked for: a finer one is tried where a coarser one disagrees. */
const refinements = [1, 1 / 16, 1 / 256]

/** The fourth-order central difference of `f` at 0. */
const difference = (f: (offset: number) => number, h: number): number =>
  (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)

/**
 * The derivative of `f` at 0. The error is what halving the step changes (truncation), plus the rounding error
 * of values of size `size`.
 */
const derivative = (f: (offset: number) => number, h: number, size: number): Estimate => {
  const coarse = difference(f, h)
  const value = difference(f, h / 2)
  return { value, error: Math.abs(value - coarse) + (64 * Number.EPSILON * size) / h }
}

/**
 * Whether `exact` is the derivative of `f` at 0: an estimate that contradicts it, if it is not. A kink within reach of
 * the step spoils differences without always showing in their error; a wrong gradient is wrong at every step.
 */
const judge = (
  exact: number,
  f: (offset: number) => number,
  step: number,
  size: number,
): 'right' | 'unsettled' | Estimate => {
  let contradiction: Estimate | null = null
  for (const part of refinements) {
    const { value, error } = derivative(f, step * part, size)
    // Rounding unsettles fine differences of large numbers: what coarse ones contradict stays contradicted.
    if (error > 1e-3 * Math.max(1, Math.abs(value))) return contradiction ?? 'unsettled'
    const allowed = 4 * error + 1e-9 * Math.abs(exact)
    if (Math.abs(exact - value) <= allowed) return 'right'
    contradiction ??= { value, error: allowed }
  }
  // NaN gets here: it is no gradient.
  return contradiction!
}

const indices = (length: number, count: number): number[] => {
  const taken = Math.min(length, count)
  return Array.from({ length: taken }, (_, index) => Math.floor((index * length) / taken))
}

/** See `checkGradients`. Throws an error that names the first wrong element. */
const compareGradients = (
  tape: Tape,
  inputs: readonly Block[],
  { step = 1e-3, elements = 64 }: GradientCheckOptions,
): GradientReport => {
  const wide = inputs.map(widen)
  const wrt = floatInputs(tape)
  const seeded = floatOutputs(tape)
  const weights = seeded.map((index) => probe(tape.values[tape.outputs[index]!]!.shape, index))
  const gradients = evaluate(vjpTape(tape, wrt, seeded), [...wide, ...weights], 'f64').slice(
    tape.outputs.length,
  )
  const loss = (at: readonly Block[]) => {
    const outputs = evaluate(tape, at, 'f64')
    return dotAll(
      seeded.map((index) => outputs[index]!),
      weights,
    )
  }
  const { size } = loss(wide)
  let checked = 0
  let unsettled = 0
  wrt.forEach((input, position) => {
    const { shape, dtype, data } = wide[input]!
    for (const index of indices(data.length, elements)) {
      const moved = Float64Array.from(data)
      const at = wide.map((block, other) => (other === input ? { shape, dtype, data: moved } : block))
      const along = (offset: number): number => {
        moved[index] = data[index]! + offset
        return loss(at).value
      }
      const exact = gradients[position]!.data[index]!
      const verdict = judge(exact, along, step * Math.max(1, Math.abs(data[index]!)), size)
      if (verdict === 'unsettled') unsettled++
      else checked++
      if (typeof verdict === 'object')
        throw new Error(
          `the gradient of element ${index} of ${tape.inputs[input]!.name} is ${exact}, but central differences ` +
            `give ${verdict.value} ± ${verdict.error}`,
        )
    }
  })
  return { checked, unsettled }
}

/**
 * Checks that gradients are right at `args`: compares what the vjp rules give with central differences, both in
 * float64. All float tensors found in the arguments are differentiated; all float tensors found in the result are
 * weighted with fixed numbers of either sign and added up. What is allowed is what the differences themselves may be
 * wrong by, estimated from two step sizes and from the size of the terms that were added up. A gradient is wrong if
 * finer differences, which a kink nearby spoils less, contradict it too.
 *
 * ```ts
 * const f = (x: Tensor<[2]>, w: Tensor<[2]>) => sum(mul(tanh(x), w), [0])
 * checkGradients(f, [tensor([2], [0.5, 1]), tensor([2], [-1, 2])]) // → { checked: 4, unsettled: 0 }
 * ```
 *
 * Throws an error that names the first wrong element, with the smallest part of the program that is wrong, as code. A
 * tape may stand for the function, with its inputs as arguments.
 */
export const checkGradients = <A extends readonly unknown[]>(
  f: Checked<A>,
  args: A,
  options: GradientCheckOptions = {},
): GradientReport => {
  const { tape, inputs } = recorded('checkGradients', f, args)
  return explained(
    {
      name: 'checkGradients',
      run: (part, [run]) => compareGradients(part, run!, options),
      call: (part, [run]) => `checkGradients(f, ${showArguments(part, run!)})`,
    },
    tape,
    [inputs],
  )
}
