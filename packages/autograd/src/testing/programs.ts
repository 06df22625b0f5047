import {
  type AnyTensor,
  bind,
  HostTensor,
  type Primitive,
  type PrimitiveParameters,
  relu,
  type Shape,
  sameShape,
  sizeOf,
  softplus,
  type Tensor,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { record } from '../recorder.ts'
import type { Tape } from '../tape.ts'
import { shapes, tensors } from './arbitraries.ts'
import { showArguments, showFunction } from './code.ts'

const apply = <P extends Primitive>(
  primitive: P,
  operands: readonly AnyTensor[],
  parameters: PrimitiveParameters[P],
): AnyTensor => bind(primitive, operands, parameters)

const constant = (value: number, shape: Shape): AnyTensor => apply('fill', [], { value, shape, dtype: 'f32' })

const addConstant = (x: AnyTensor, value: number): AnyTensor =>
  apply('add', [x, constant(value, x.shape)], {})
const squared = (x: AnyTensor): AnyTensor => apply('mul', [x, x], {})
const floats = (x: AnyTensor): Tensor<number[]> => x as Tensor<number[]>

/** One operation of a program: from a value, another one of any shape, and a number to choose with. */
type Step = (x: AnyTensor, y: AnyTensor, choice: number) => AnyTensor

/** `y` itself where the shapes agree, else its mean repeated to the shape of `x`. */
export const matching = (x: AnyTensor, y: AnyTensor): AnyTensor => {
  if (sameShape(x.shape, y.shape)) return y
  const total = apply('sum', [y], { axes: y.shape.map((_, axis) => axis) })
  const mean = apply('mul', [total, constant(1 / Math.max(1, sizeOf(y.shape)), [])], {})
  return apply('broadcastTo', [mean], { shape: x.shape })
}

const pairwise =
  (primitive: 'add' | 'sub' | 'mul' | 'max' | 'min'): Step =>
  (x, y) =>
    apply(primitive, [x, matching(x, y)], {})

/** Every step keeps values of moderate size in float64 and is smooth but for isolated kinks. */
const steps: { readonly [name: string]: Step } = {
  // First, since a step shrinks towards it: a program loses what a failure does not need.
  same: (x) => x,
  neg: (x) => apply('neg', [x], {}),
  abs: (x) => apply('abs', [x], {}),
  tanh: (x) => apply('tanh', [x], {}),
  sigmoid: (x) => apply('sigmoid', [x], {}),
  exp: (x) => apply('exp', [apply('tanh', [x], {})], {}),
  log: (x) => apply('log', [addConstant(squared(x), 1)], {}),
  log1p: (x) => apply('log1p', [squared(x)], {}),
  sqrt: (x) => apply('sqrt', [addConstant(squared(x), 1)], {}),
  relu: (x) => relu(floats(x)),
  softplus: (x) => softplus(floats(x)),
  add: pairwise('add'),
  sub: pairwise('sub'),
  mul: (x, y) => apply('mul', [x, apply('tanh', [matching(x, y)], {})], {}),
  div: (x, y) => apply('div', [x, addConstant(squared(matching(x, y)), 1)], {}),
  max: pairwise('max'),
  min: pairwise('min'),
  select: (x, y) => {
    const other = matching(x, y)
    return apply('select', [apply('compare', [x, other], { direction: 'gt' }), other, x], {})
  },
  sum: (x, _, choice) => (x.shape.length === 0 ? x : apply('sum', [x], { axes: [choice % x.shape.length] })),
  flatten: (x) => apply('reshape', [x], { shape: [sizeOf(x.shape)] }),
  permute: (x, _, choice) => {
    const rank = x.shape.length
    return apply('permute', [x], { axes: x.shape.map((_, axis) => (axis + choice) % rank) })
  },
  repeat: (x, _, choice) =>
    sizeOf(x.shape) > 16 ? x : apply('broadcastTo', [x], { shape: [1 + (choice % 2), ...x.shape] }),
  slice: (x, _, choice) =>
    apply('slice', [x], {
      start: x.shape.map((dim) => Math.min(dim, choice % 2)),
      limit: x.shape,
      stride: x.shape.map(() => 1 + (choice % 3)),
    }),
  pad: (x, _, choice) =>
    sizeOf(x.shape) > 16
      ? x
      : apply('pad', [x], {
          low: x.shape.map((dim, axis) => (axis === 0 ? Math.max(-dim, (choice % 3) - 1) : 0)),
          high: x.shape.map(() => 0),
          interior: x.shape.map((_, axis) => (axis === 0 ? choice % 2 : 0)),
        }),
  gram: (x, _, choice) =>
    x.shape.length < 2
      ? x
      : apply('matmul', [x, apply('tanh', [x], {})], {
          transposeLeft: choice % 2 === 0,
          transposeRight: choice % 2 !== 0,
        }),
}

/** A random program: float inputs, and steps that each read two earlier values. */
export interface Program {
  readonly inputs: readonly AnyTensor[]
  readonly steps: readonly ProgramStep[]
}

/** One step: what it does, and how it chooses operands and parameters. */
export interface ProgramStep {
  readonly name: string
  readonly left: number
  readonly right: number
  readonly choice: number
}

/** Moved by less than 1/64, by another amount for each element: no two are equal, none is 0, at a kink. */
const inGeneralPosition = ({ shape, dtype, data }: AnyTensor, input: number): AnyTensor => {
  const moved = Float32Array.from(data, (x, index) => {
    const turns = (index + 1 + 37 * input) * GOLDEN_RATIO
    return x + (turns - Math.floor(turns)) / 64
  })
  return new HostTensor(shape, dtype, moved)
}

const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2

/** A program that fast-check prints as code. */
const printed = (program: Program): Program =>
  Object.defineProperty(program, fc.toStringMethod, { value: () => `\n${showProgram(program)}\n` })

/**
 * Random compositions of float operations, at most `depth` (12 unless given) steps long, of moderate values. They shrink
 * to fewer and simpler steps, and a property that fails prints the program as code.
 *
 * ```ts
 * fc.assert(fc.property(programs(), (p) => checkCompiled(referenceEngine, programTape(p), p.inputs)))
 * ```
 */
export const programs = ({ depth = 12 }: { readonly depth?: number } = {}): fc.Arbitrary<Program> =>
  fc
    .record({
      inputs: fc
        .array(
          shapes({ maxRank: 3, maxSize: 12 }).chain((shape) => tensors(shape, { min: -2, max: 2 })),
          { minLength: 1, maxLength: 3 },
        )
        .map((inputs) => inputs.map(inGeneralPosition)),
      steps: fc.array(
        fc.record({
          name: fc.constantFrom(...Object.keys(steps)),
          left: fc.nat(11),
          right: fc.nat(11),
          choice: fc.nat(11),
        }),
        { minLength: 1, maxLength: depth },
      ),
    })
    .map(printed)

/** Runs a program on its inputs or on stand-ins for them; returns the results of its last two steps. */
export const runProgram = (program: Program, inputs: readonly AnyTensor[]): readonly AnyTensor[] => {
  const values = [...inputs]
  for (const { name, left, right, choice } of program.steps) {
    // Counted from the end, so that a program is deep rather than wide.
    const at = (back: number): AnyTensor => values[values.length - 1 - (back % Math.min(3, values.length))]!
    values.push(steps[name]!(at(left), at(right), choice))
  }
  return values.slice(-2)
}

/** A program as a tape with inputs `x0`, `x1`, … */
export const programTape = (program: Program): Tape =>
  record(
    (inputs) => runProgram(program, inputs),
    program.inputs.map(({ shape, dtype }, index) => ({ shape, dtype, name: `x${index}` })),
  ).tape

/**
 * A program as TypeScript: a function `f` of tensors, and a call of it.
 *
 * ```ts
 * showProgram({ inputs: [tensor([2], [1, 2])], steps: [{ name: 'tanh', left: 0, right: 0, choice: 0 }] })
 * // → const f = (x0: AnyTensor) => {
 * //     const v1 = bind('tanh', [x0], {}) // f32[2]
 * //     return [x0, v1]
 * //   }
 * //   f(...[
 * //     tensor([2], [1, 2]), // x0
 * //   ])
 * ```
 */
export const showProgram = (program: Program): string => {
  const tape = programTape(program)
  return `${showFunction(tape)}\nf(...${showArguments(tape, program.inputs)})`
}
