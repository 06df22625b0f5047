import type { Primitive, PrimitiveParameters, TensorSpec } from '@vae/tensor'
import { sizeOf } from '@vae/tensor'
import { convWork } from './convolution.ts'
import { cast, compare, direct, select, sign } from './elementwise.ts'
import { type Expression, operand } from './expression.ts'
import { gatherRows, scatterRows } from './gather.ts'
import type { KernelSizes } from './kernels.ts'
import { argExtremumLines, argsortLines, cumsumLines, iotaLines } from './lines.ts'
import { productWork } from './product.ts'
import type { CopyStep, KernelStep, Reduction } from './step.ts'
import { concatCopies, flipCopy, padCopy, permuteCopy, sliceCopy } from './strided.ts'

/** Memory as a kernel's lowering names it: an operand, the result, or a workspace of the step. */
export type KernelPlace = 'result' | { readonly operand: number } | { readonly workspace: number }

export interface KernelWork {
  readonly steps: readonly KernelStep<KernelPlace>[]
  readonly workspaces: readonly Workspace[]
}

/** Memory that the steps of a kernel need besides operands and result. */
export interface Workspace {
  readonly bytes: number
  /**
   * Whether every thread has one of its own, because a kernel writes there for itself; else all threads see the same,
   * which one step writes, range by range, and later ones read.
   */
  readonly perThread: boolean
}

/** How a primitive with parameters `P` becomes code. */
export type Lowering<P> =
  /** The operand's elements under another name. */
  | { readonly kind: 'alias' }
  /** The first operand's elements under another name, once the other operands are known. */
  | { readonly kind: 'barrier' }
  /** The operand, read with repetition by whoever uses it. */
  | { readonly kind: 'broadcast'; readonly shape: (parameters: P) => readonly number[] }
  /** One value in every lane. */
  | { readonly kind: 'constant'; readonly value: (parameters: P) => number }
  | {
      readonly kind: 'element'
      readonly expression: (parameters: P, operands: readonly TensorSpec[]) => Expression
    }
  | {
      readonly kind: 'reduce'
      readonly operation: Exclude<Reduction['operation'], 'lost'>
      readonly axes: (parameters: P) => readonly number[]
    }
  | {
      readonly kind: 'kernel'
      readonly work: (
        parameters: P,
        operands: readonly TensorSpec[],
        result: TensorSpec,
        sizes: KernelSizes,
      ) => KernelWork
    }

type Lowerings = { readonly [P in Primitive]: Lowering<PrimitiveParameters[P]> }

const element = (expression: (dtype: TensorSpec['dtype'], arity: number) => Expression) => ({
  kind: 'element' as const,
  expression: (_: object, operands: readonly TensorSpec[]) => expression(operands[0]!.dtype, operands.length),
})

/** Strided copies, one from each operand. */
const copied = (...copies: readonly CopyStep<'operand' | 'result'>[]): KernelWork => ({
  steps: copies.map((step, operand) => ({ ...step, from: { operand }, to: 'result' })),
  workspaces: [],
})

/** The row of this engine in the table of primitives. */
export const lowerings = {
  fill: { kind: 'constant', value: ({ value }) => value },
  reshape: { kind: 'alias' },
  stopGradient: { kind: 'alias' },
  barrier: { kind: 'barrier' },
  broadcastTo: { kind: 'broadcast', shape: ({ shape }) => shape },

  permute: { kind: 'kernel', work: (p, [x]) => copied(permuteCopy(x!, p)) },
  slice: { kind: 'kernel', work: (p, [x], result) => copied(sliceCopy(x!, p, result)) },
  pad: { kind: 'kernel', work: (p, [x], result) => copied(padCopy(x!, p, result)) },
  concat: { kind: 'kernel', work: (p, operands, result) => copied(...concatCopies(operands, p, result)) },
  flip: { kind: 'kernel', work: (p, [x]) => copied(flipCopy(x!, p)) },
  iota: { kind: 'kernel', work: ({ axis }, _, result) => iotaLines(result, axis) },
  gather: { kind: 'kernel', work: (p, [x, index]) => gatherRows(x!, index!, p) },
  scatterAdd: {
    kind: 'kernel',
    work: (p, [x, index], _, sizes) => scatterRows(x!, index!, p, sizes),
  },

  cast: { kind: 'element', expression: ({ dtype }, [x]) => cast(x!.dtype, dtype) },
  bitcast: { kind: 'element', expression: () => operand(0) },

  neg: element(direct('neg', { f32: 'f32x4.neg', i32: 'i32x4.neg' })),
  abs: element(direct('abs', { f32: 'f32x4.abs', i32: 'i32x4.abs' })),
  sign: element(sign),
  exp: element(direct('exp', { f32: 'exp' })),
  expm1: element(direct('expm1', { f32: 'expm1' })),
  log: element(direct('log', { f32: 'log' })),
  log1p: element(direct('log1p', { f32: 'log1p' })),
  sqrt: element(direct('sqrt', { f32: 'f32x4.sqrt' })),
  floor: element(direct('floor', { f32: 'f32x4.floor' })),
  sin: element(direct('sin', { f32: 'sin' })),
  cos: element(direct('cos', { f32: 'cos' })),
  erf: element(direct('erf', { f32: 'erf' })),
  not: element(direct('not', { i32: 'v128.not', u32: 'v128.not', bool: 'v128.not' })),
  tanh: element(direct('tanh', { f32: 'tanh' })),
  sigmoid: element(direct('sigmoid', { f32: 'sigmoid' })),

  add: element(direct('add', { f32: 'f32x4.add', i32: 'i32x4.add', u32: 'i32x4.add' })),
  sub: element(direct('sub', { f32: 'f32x4.sub', i32: 'i32x4.sub', u32: 'i32x4.sub' })),
  mul: element(direct('mul', { f32: 'f32x4.mul', i32: 'i32x4.mul', u32: 'i32x4.mul' })),
  div: element(direct('div', { f32: 'f32x4.div', i32: 'divideSigned', u32: 'divideUnsigned' })),
  pow: element(direct('pow', { f32: 'pow' })),
  max: element(direct('max', { f32: 'f32x4.max', i32: 'i32x4.max_s', u32: 'i32x4.max_u' })),
  min: element(direct('min', { f32: 'f32x4.min', i32: 'i32x4.min_s', u32: 'i32x4.min_u' })),
  and: element(direct('and', { i32: 'v128.and', u32: 'v128.and', bool: 'v128.and' })),
  or: element(direct('or', { i32: 'v128.or', u32: 'v128.or', bool: 'v128.or' })),
  compare: { kind: 'element', expression: ({ direction }, [x]) => compare(direction, x!.dtype) },
  select: { kind: 'element', expression: () => select },

  sum: { kind: 'reduce', operation: 'sum', axes: ({ axes }) => axes },
  reduceMax: { kind: 'reduce', operation: 'max', axes: ({ axes }) => axes },
  reduceMin: { kind: 'reduce', operation: 'min', axes: ({ axes }) => axes },
  argmax: { kind: 'kernel', work: ({ axis }, [x]) => argExtremumLines(x!, axis, false) },
  argmin: { kind: 'kernel', work: ({ axis }, [x]) => argExtremumLines(x!, axis, true) },
  argsort: { kind: 'kernel', work: ({ axis, descending }, [x]) => argsortLines(x!, axis, descending) },
  cumsum: { kind: 'kernel', work: ({ axis, reverse }, [x]) => cumsumLines(x!, axis, reverse) },

  conv: { kind: 'kernel', work: (p, [lhs, rhs], result, sizes) => convWork(lhs!, rhs!, p, result, sizes) },

  matmul: { kind: 'kernel', work: (p, [left], result, sizes) => productWork(p, left!, result, sizes) },

  randomBits: {
    kind: 'kernel',
    work: ({ shape }, [keys]) => ({
      steps: [
        {
          kind: 'call',
          kernel: 'randomBits',
          arguments: [{ operand: 0 }, 'result', sizeOf(shape)],
          units: (sizeOf(keys!.shape) / 2) * Math.ceil(sizeOf(shape) / 2),
        },
      ],
      workspaces: [],
    }),
  },
} satisfies Lowerings

/** The entry of one primitive. */
export const loweringOf = <P extends Primitive>(primitive: P): Lowering<PrimitiveParameters[P]> =>
  (lowerings as Lowerings)[primitive]
