import { type AnyTensor, allocate, type DType, HostTensor } from '@vae/tensor'
import type { Engine } from '../engine.ts'
import { recordFunction } from '../function.ts'
import { show } from '../show.ts'
import { simplify } from '../simplify.ts'
import type { Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { difference } from './compare.ts'
import { floatOutputs } from './wide.ts'

/** What another system computes for a call of a function. */
export interface GoldenCase {
  /** The name of the function, then its arguments, with `{ operand: i }` for the i-th operand. */
  readonly call: readonly [string, ...unknown[]]
  readonly operands: readonly AnyTensor[]
  /** What the function returns, in canonical order. */
  readonly results: readonly AnyTensor[]
  /** One for each float result. */
  readonly cotangents: readonly AnyTensor[]
  /** For each operand the gradient of Σ ⟨result, cotangent⟩; null where the other system has none. */
  readonly gradients: readonly (AnyTensor | null)[]
}

/** Functions by their names, which are those of a module of them. */
export type Functions = Readonly<Record<string, unknown>>

/** A tensor in a golden file; NaN and the infinities are strings. */
interface Written {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly data: readonly (number | string)[]
}

const read = ({ shape, dtype, data }: Written): AnyTensor => {
  const elements = allocate(dtype, data.length)
  elements.set(data.map(Number))
  return new HostTensor([...shape], dtype, elements)
}

/**
 * The cases of a golden file: a JSON list of records like `GoldenCase`, with tensors as records of `shape`, `dtype`
 * and `data`. In this repository `packages/autograd/golden` holds those of PyTorch.
 *
 * ```ts
 * const two = '{ "shape": [], "dtype": "f32", "data": [2] }'
 * const [squared] = readGolden(
 *   `[{ "call": ["square", { "operand": 0 }], "operands": [${two}], "results": [], "cotangents": [], "gradients": [] }]`,
 * )
 * squared?.operands // → [2]
 * ```
 */
export const readGolden = (text: string): readonly GoldenCase[] =>
  (
    JSON.parse(text) as {
      readonly call: GoldenCase['call']
      readonly operands: readonly Written[]
      readonly results: readonly Written[]
      readonly cotangents: readonly Written[]
      readonly gradients: readonly (Written | null)[]
    }[]
  ).map(({ call, operands, results, cotangents, gradients }) => ({
    call,
    operands: operands.map(read),
    results: results.map(read),
    cotangents: cotangents.map(read),
    gradients: gradients.map((gradient) => (gradient === null ? null : read(gradient))),
  }))

/** An argument with its operands put in. */
const withOperands = (argument: unknown, operands: readonly AnyTensor[]): unknown => {
  if (typeof argument !== 'object' || argument === null) return argument
  if ('operand' in argument) return operands[argument.operand as number]
  if (Array.isArray(argument)) return argument.map((item) => withOperands(item, operands))
  return Object.fromEntries(
    Object.entries(argument).map(([key, item]) => [key, withOperands(item, operands)]),
  )
}

/** The call with operand references as `conv2d(x0, x1, {"stride":2})`. */
const showCall = ([name, ...args]: GoldenCase['call']): string =>
  `${name}(${args.map((argument) => JSON.stringify(argument).replace(/\{"operand":(\d)\}/g, 'x$1')).join(', ')})`

/** The tape of the call with the gradients that the other system has: one output for each tensor to compare. */
const goldenTape = (
  functions: Functions,
  { call: [name, ...args], operands, gradients }: GoldenCase,
): Tape => {
  const f = functions[name]
  if (typeof f !== 'function') throw new Error(`no function is called ${name}`)
  const { tape } = recordFunction(
    (...stood: readonly AnyTensor[]): unknown => f(...args.map((argument) => withOperands(argument, stood))),
    operands,
  )
  const wrt = gradients.flatMap((gradient, index) => (gradient === null ? [] : [index]))
  return simplify(vjpTape(tape, wrt, floatOutputs(tape)))
}

/** What the other system, in float64, may have in the place of 0. */
const noise = 1e-12

/**
 * Calls the function that a golden case names, of those in `functions`, runs it and its gradient on an engine, and
 * compares every tensor: floats within `tolerance` (10⁻⁵ unless given) times the largest of their tensor, everything
 * else exactly. Throws an error that names the first difference, with the tape.
 *
 * ```ts
 * const x = tensor([2], [1, 3])
 * const squared = { call: ['square', { operand: 0 }], operands: [x], results: [tensor([2], [1, 9])] } as const
 * const golden = { ...squared, cotangents: [ones([2])], gradients: [tensor([2], [2, 6])] }
 * checkGolden(referenceEngine, { square }, golden)
 * ```
 */
export const checkGolden = (
  engine: Engine,
  functions: Functions,
  golden: GoldenCase,
  { tolerance = 1e-5 }: { readonly tolerance?: number } = {},
): void => {
  const tape = goldenTape(functions, golden)
  const executable = engine.load(tape, { donations: [] })
  try {
    const outputs = executable.run([...golden.operands, ...golden.cotangents])
    const results = golden.results.map((result, index) => [`result ${index}`, result] as const)
    const gradients = golden.gradients.flatMap((gradient, index) =>
      gradient === null ? [] : [[`the gradient of x${index}`, gradient] as const],
    )
    const expected = [...results, ...gradients]
    if (outputs.length !== expected.length)
      throw new Error(`${showCall(golden.call)} has ${outputs.length} outputs, not ${expected.length}`)
    expected.forEach(([name, tensor], index) => {
      const problem = difference(outputs[index]!, tensor, { relative: tolerance, absolute: noise })
      if (problem !== null)
        throw new Error(
          `${engine.name}: ${name} of ${showCall(golden.call)} ${problem}\n${show(tape)}\n` +
            golden.operands.map(({ data }, operand) => `x${operand} = [${data.join(', ')}]`).join('\n'),
        )
    })
  } finally {
    executable.close()
  }
}
