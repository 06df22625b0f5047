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

const refuseIntegers = (
  name: string,
  where: string,
  leaves: readonly (TensorSpec & { path: string })[],
): void => {
  const wrong = leaves.find(({ dtype }) => dtype !== 'f32')
  if (wrong !== undefined)
    throw new TypeError(
      `${name}: every tensor of the ${where} must be f32, ${wrong.path || 'it'} is ${wrong.dtype}`,
    )
}

/** Trees where a tree has tensors. */
const grow = <R>(rebuild: (outputs: readonly AnyTensor[]) => unknown, trees: readonly unknown[]): R =>
  // Whatever stands for the tensors is put in their place.
  rebuild(trees as readonly AnyTensor[]) as R

/** The tensors of the first argument. */
const variables = (name: string, x: unknown): readonly AnyTensor[] => {
  const found = tensorsIn(x)
  refuseIntegers(
    name,
    'argument',
    found.map(({ path, tensor: { shape, dtype } }) => ({ path, shape, dtype })),
  )
  return found.map(({ tensor }) => tensor)
}

const reshape = (x: AnyTensor, shape: readonly number[]): AnyTensor => bind('reshape', [x], { shape })

/**
 * All derivatives of `f` with respect to its first argument, by reverse mode: one backward pass for every element of
 * the value, all at once. For functions with fewer values than variables. The derivative of a `Tensor<[5]>` with
 * respect to a `Tensor<[3]>` is a `Tensor<[5, 3]>`; with respect to a tree it is a tree, and that of a tree is a tree
 * of these.
 *
 * ```ts
 * const f = (x: Tensor<[3]>) => mul(x, x)
 * jacobianReverse(f)(tensor([3], [1, 2, 3])) // → [[2, 0, 0], [0, 4, 0], [0, 0, 6]]
 * ```
 *
 * Throws a `TypeError` when a tensor of the argument or of the value is not f32.
 */
export const jacobianReverse =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) =>
  (x: X, ...rest: A): Jacobian<R, X> => {
    variables('jacobianReverse', x)
    const { outputs, outputPaths, rebuild, tape, residuals } = reverse<[X, ...A], R>(f, [x, ...rest], 1)
    refuseIntegers(
      'jacobianReverse',
      'value',
      outputs.map((spec, index) => ({ ...spec, path: outputPaths[index]! })),
    )
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

/**
 * All derivatives of `f` with respect to its first argument, by forward mode: one tangent for every element of the
 * argument, all at once. For functions with fewer variables than values. Types and errors are those of
 * `jacobianReverse`.
 *
 * ```ts
 * const powers = (x: Tensor<[]>) => ({ square: mul(x, x), cube: mul(x, mul(x, x)) })
 * jacobianForward(powers)(tensor([], [3])) // → { cube: 27, square: 6 }
 * ```
 */
export const jacobianForward =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) =>
  (x: X, ...rest: A): Jacobian<R, X> => {
    const wrt = variables('jacobianForward', x)
    const { outputs, outputPaths, rebuild, tape, residuals } = forward<[X, ...A], R>(f, [x, ...rest], 1)
    refuseIntegers(
      'jacobianForward',
      'value',
      outputs.map((spec, index) => ({ ...spec, path: outputPaths[index]! })),
    )
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
