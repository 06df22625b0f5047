import {
  type AnyTensor,
  bind,
  type DType,
  mapTensors,
  sizeOf,
  type Tensor,
  type TensorOf,
  type TensorSpec,
} from '@vae/tensor'
import { batchTape } from './batching.ts'
import { tensorsIn } from './closure.ts'
import { forward } from './forward.ts'
import { type RecordedFunction, recordFunction } from './function.ts'
import { run } from './replay.ts'
import { reverse } from './reverse.ts'

/** The derivatives of one tensor of shape S with respect to a tree: S in front of the shape of every leaf. */
export type Derivatives<S extends number[], X> =
  X extends TensorOf<infer T extends number[], DType>
    ? Tensor<[...S, ...T]>
    : { [K in keyof X]: Derivatives<S, X[K]> }

/** The derivatives of a tree R with respect to a tree X: for every tensor of R a tree like X. */
export type Jacobian<R, X> =
  R extends TensorOf<infer S extends number[], DType>
    ? Derivatives<S, X>
    : { [K in keyof R]: Jacobian<R[K], X> }

const countOf = (specs: readonly TensorSpec[]): number =>
  specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/** The rows of the identity matrix, in the shapes of some tensors that stand one after the other in each row. */
const identity = (specs: readonly TensorSpec[]): AnyTensor[] => {
  const total = countOf(specs)
  let before = 0
  return specs.map(({ shape }) => {
    const block = [total, sizeOf(shape)]
    const index = (axis: number) => bind('iota', [], { shape: block, axis, dtype: 'i32' })
    const offset = bind('fill', [], { value: before, shape: block, dtype: 'i32' })
    const column = bind('add', [index(1), offset], {})
    const ones = bind('compare', [index(0), column], { direction: 'eq' })
    before += sizeOf(shape)
    return bind('reshape', [bind('cast', [ones], { dtype: 'f32' })], { shape: [total, ...shape] })
  })
}

/** The rows of `x` that belong to each of the tensors of `identity`. */
const rowsOf = (x: AnyTensor, specs: readonly TensorSpec[]): AnyTensor[] => {
  let before = 0
  return specs.map(({ shape }) => {
    const start = x.shape.map((_, axis) => (axis === 0 ? before : 0))
    before += sizeOf(shape)
    const limit = x.shape.map((dim, axis) => (axis === 0 ? before : dim))
    return bind('slice', [x], { start, limit, stride: x.shape.map(() => 1) })
  })
}

/** A function at a point: `f(x, ...rest)` recorded, with what is to be differentiated. */
interface At<X, R> {
  readonly x: X
  readonly recorded: RecordedFunction<R>
  /** The tensors of x. */
  readonly wrt: readonly AnyTensor[]
  readonly outputs: readonly TensorSpec[]
}

const recordAt = <X, A extends readonly unknown[], R>(
  name: string,
  f: (x: X, ...rest: A) => R,
  x: X,
  rest: A,
): At<X, R> => {
  const refuseIntegers = (where: string, { dtype }: TensorSpec, path: string): void => {
    if (dtype !== 'f32')
      throw new TypeError(`${name}: every tensor of the ${where} must be f32, ${path || 'it'} is ${dtype}`)
  }
  const leaves = tensorsIn(x)
  for (const { tensor, path } of leaves) refuseIntegers('argument', tensor, path)
  const recorded = recordFunction<[X, ...A], R>(f, [x, ...rest])
  const outputs = recorded.tape.outputs.map((id) => recorded.tape.values[id]!)
  outputs.forEach((spec, index) => {
    refuseIntegers('value', spec, recorded.outputPaths[index]!)
  })
  return { x, recorded, wrt: leaves.map(({ tensor }) => tensor), outputs }
}

/** Trees where a tree has tensors. */
const grow = <R>(rebuild: (outputs: readonly AnyTensor[]) => unknown, trees: readonly unknown[]): R =>
  // Whatever stands for the tensors is put in their place.
  rebuild(trees as readonly AnyTensor[]) as R

const reshape = (x: AnyTensor, shape: readonly number[]): AnyTensor => bind('reshape', [x], { shape })

/** One backward pass for every element of the value, all at once. */
const byReverse = <X, R>({ x, recorded, outputs }: At<X, R>): Jacobian<R, X> => {
  const { rebuild, tape, residuals } = reverse(recorded, 1)
  const all = batchTape(
    tape,
    outputs.map((_, index) => index),
    countOf(outputs),
  )
  const blocks = run(all, [...identity(outputs), ...residuals]).map((rows) => rowsOf(rows, outputs))
  const trees = outputs.map(({ shape }, output) => {
    let next = 0
    return mapTensors(x, (tensor) => reshape(blocks[next++]![output]!, [...shape, ...tensor.shape]))
  })
  return grow(rebuild, trees)
}

/** [n, …S] → […S, …shape], where n is the number of elements of `shape`. */
const derivativesLast = (rows: AnyTensor, shape: readonly number[]): AnyTensor => {
  const axes = rows.shape.map((_, axis) => (axis + 1) % rows.shape.length)
  return reshape(bind('permute', [rows], { axes }), [...rows.shape.slice(1), ...shape])
}

/** One tangent for every element of the argument, all at once. */
const byForward = <X, R>({ x, recorded, wrt }: At<X, R>): Jacobian<R, X> => {
  const { rebuild, tape, residuals } = forward(recorded, 1)
  const all = batchTape(
    tape,
    wrt.map((_, index) => index),
    countOf(wrt),
  )
  const trees = run(all, [...identity(wrt), ...residuals]).map((rows) => {
    const blocks = rowsOf(rows, wrt)
    let next = 0
    return mapTensors(x, (tensor) => derivativesLast(blocks[next++]!, tensor.shape))
  })
  return grow(rebuild, trees)
}

/**
 * All derivatives of `f` with respect to its first argument, by forward or by reverse mode, whichever takes fewer passes:
 * forward mode takes one for every element of the argument, reverse mode one for every element of the value. The
 * derivative of a `Tensor<[5]>` with respect to a `Tensor<[3]>` is a `Tensor<[5, 3]>`; with respect to a tree it is a
 * tree, and that of a tree is a tree of these.
 *
 * ```ts
 * const f = (x: Tensor<[3]>) => mul(x, x)
 * jacobian(f)(tensor([3], [1, 2, 3])) // → [[2, 0, 0], [0, 4, 0], [0, 0, 6]]
 * ```
 *
 * Throws a `TypeError` when a tensor of the argument or of the value is not f32. A function made by `customVjp` has
 * no forward mode: where `f` calls one, use `jacobianReverse`.
 */
export const jacobian =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) =>
  (x: X, ...rest: A): Jacobian<R, X> => {
    const at = recordAt('jacobian', f, x, rest)
    return countOf(at.wrt) <= countOf(at.outputs) ? byForward(at) : byReverse(at)
  }

/**
 * `jacobian` by reverse mode: one backward pass for every element of the value, all at once. For functions with fewer
 * values than variables. Types and errors are those of `jacobian`.
 *
 * ```ts
 * const total = (p: { x: Tensor<[2]>; y: Tensor<[]> }) => mul(sum(p.x, [0]), p.y)
 * jacobianReverse(total)({ x: tensor([2], [1, 2]), y: tensor([], [5]) }) // → { x: [5, 5], y: 3 }
 * ```
 */
export const jacobianReverse =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) =>
  (x: X, ...rest: A): Jacobian<R, X> =>
    byReverse(recordAt('jacobianReverse', f, x, rest))

/**
 * `jacobian` by forward mode: one tangent for every element of the argument, all at once. For functions with fewer
 * variables than values. Types and errors are those of `jacobian`.
 *
 * ```ts
 * const powers = (x: Tensor<[]>) => ({ square: mul(x, x), cube: mul(x, mul(x, x)) })
 * jacobianForward(powers)(tensor([], [3])) // → { cube: 27, square: 6 }
 * ```
 */
export const jacobianForward =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) =>
  (x: X, ...rest: A): Jacobian<R, X> =>
    byForward(recordAt('jacobianForward', f, x, rest))
