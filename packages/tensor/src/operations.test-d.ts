/*
 * The types of the results of operations on tensors: exactly those of the runs, for literal, named and unknown
 * sizes, and inside generic functions without a cast.
 */
import { pipe } from 'fp-ts/lib/function.js'
import {
  type Add,
  add,
  arange,
  argmax,
  cast,
  concat,
  cumsum,
  type Dim,
  type DType,
  einsum,
  embed,
  expandDims,
  eye,
  flip,
  full,
  gather,
  greater,
  less,
  linspace,
  logicalAnd,
  logicalNot,
  logSoftmax,
  logSumExp,
  max,
  mean,
  mul,
  neg,
  oneHot,
  pad,
  relu,
  type Shape,
  scatterAdd,
  select,
  slice,
  softmax,
  sort,
  split,
  squeeze,
  stack,
  sub,
  sum,
  swapAxes,
  type Tensor,
  type TensorOf,
  takeAlong,
  topK,
  variance,
  zeros,
} from './index.ts'

/** True when A and B are the same type, and not only assignable to each other. */
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** `is<Expected>()(x)` compiles when the type of x is exactly `Expected`. */
declare const is: <E>() => <A>(a: A & (Eq<A, E> extends true ? unknown : { readonly expected: E })) => void

type Batch = Dim<'batch'>
declare const x: Tensor<[128, 784]>
declare const named: Tensor<[Batch, 784]>
declare const images: Tensor<[Batch, 3, 28, 28]>
declare const unknownBatch: Tensor<[number, 784]>
declare const unknownRank: Tensor<number[]>
declare const indices: TensorOf<[8, 10], 'i32'>
declare const n: number

// Dtypes: integers through the same names, numbers take the dtype of the other operand.
is<TensorOf<[3], 'i32'>>()(add(full([3], 1, 'i32'), 2))
is<TensorOf<[3], 'i32'>>()(sub(1, full([3], 1, 'i32')))
is<TensorOf<[2, 3], 'u32'>>()(mul(full([2, 1], 1, 'u32'), full([3], 1, 'u32')))
is<TensorOf<[3], 'i32'>>()(neg(full([3], 1, 'i32')))
is<TensorOf<[3], 'bool'>>()(less(full([3], 1, 'i32'), 2))
is<TensorOf<[128, 784], 'bool'>>()(logicalAnd(less(x, 0), greater(x, 1)))
is<TensorOf<[128, 784], 'bool'>>()(logicalNot(less(x, 0)))
is<TensorOf<[128, 784], 'i32'>>()(select(less(x, 0), full([784], 1, 'i32'), 0))
is<Tensor<[128, 784]>>()(select(less(x, 0), 1, 0))
is<TensorOf<[3], 'bool'>>()(select(less(zeros([3]), 0), less(zeros([3]), 1), less(zeros([3]), 2)))
is<TensorOf<[128], 'i32'>>()(sum(cast(x, 'i32'), [1]))
is<TensorOf<[128], 'u8'>>()(max(cast(x, 'u8'), [1]))

// Axes of size 1.
is<Tensor<[128, 784]>>()(squeeze(zeros([128, 1, 784, 1]), [1, -1]))
is<Tensor<[Batch]>>()(squeeze(zeros([null! as Batch, 1]), [1]))
is<Tensor<[128, 784]>>()(squeeze(x, []))
is<Tensor<number[]>>()(squeeze(unknownRank, [0]))
is<Tensor<[128, 1, 784]>>()(expandDims(x, 1))
is<Tensor<[Batch, 784, 1]>>()(expandDims(named, -1))
is<Tensor<[1, 128, 784]>>()(expandDims(x, -3))
is<Tensor<[number, number, number]>>()(expandDims(x, n))
is<Tensor<[Batch, 28, 28, 3]>>()(swapAxes(images, 1, -1))
is<Tensor<[number, number]>>()(swapAxes(x, n, 0))

// Joins and parts.
is<Tensor<[128, 800]>>()(concat([x, zeros([128, 16])], 1))
is<Tensor<[Batch, 800]>>()(concat([named, zeros([null! as Batch, 16])], -1))
is<Tensor<[Dim<'batch+128'>, 784]>>()(concat([named, x], 0))
is<Tensor<[number, 784]>>()(concat([unknownBatch, x], 0))
is<Tensor<[128, 1568]>>()(concat([unknownBatch, x], 1))
is<Tensor<[number, 784]>>()(concat(null! as Tensor<[128, 784]>[], 0))
is<Tensor<number[]>>()(concat([x, unknownRank], 0))
is<Tensor<[number, number]>>()(concat([x, x], n))
is<TensorOf<[6], 'u8'>>()(concat([cast(zeros([2]), 'u8'), cast(zeros([4]), 'u8')], 0))
is<Tensor<[2, 128, 784]>>()(stack([x, x], 0))
is<Tensor<[Batch, 784, 3]>>()(stack([named, named, named], -1))
is<Tensor<[128, number, 784]>>()(stack(null! as Tensor<[128, 784]>[], 1))
is<[Tensor<[128, 392]>, Tensor<[128, 392]>]>()(split(x, 2, 1))
is<[Tensor<[Batch, 392]>, Tensor<[Batch, 392]>]>()(split(named, 2, -1))
is<Tensor<[128, number]>[]>()(split(x, n, 1))
is<[Tensor<[number, 784]>, Tensor<[number, 784]>]>()(split(unknownBatch, 2, 0))
is<Tensor<[128, 10]>>()(slice(x, 1, 0, 10))
is<Tensor<[128, 3]>>()(slice(x, -1, 1, 10, 3))
is<Tensor<[128, 0]>>()(slice(x, 1, 784, 784))
is<Tensor<[Batch, 10]>>()(slice(named, 1, 5, 15))
is<Tensor<[Batch, 784]>>()(slice(named, 0, 0, named.shape[0]))
is<Tensor<[128, number]>>()(slice(x, 1, n, 10))
is<Tensor<[10, 784]>>()(slice(unknownBatch, 0, 0, 10))
is<Tensor<number[]>>()(slice(unknownRank, 0, 0, 10))
is<Tensor<[Batch, 3, 30, 28]>>()(
  pad(images, [
    [0, 0],
    [0, 0],
    [1, 1],
    [-1, 1],
  ]),
)
is<Tensor<[Batch, 3, 30, 31]>>()(
  pad(
    images,
    [
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 3],
    ],
    { mode: 'reflect' },
  ),
)
is<Tensor<[Dim<'batch+1'>, 784]>>()(
  pad(named, [
    [1, 0],
    [0, 0],
  ]),
)
is<Tensor<[number, 784]>>()(
  pad(
    unknownBatch,
    [
      [1, n],
      [0, 0],
    ],
    { mode: 'replicate' },
  ),
)
is<Tensor<[Batch, 784]>>()(flip(named, [0, -1]))

// Reading and writing at indices.
is<Tensor<[8, 10, 784]>>()(gather(x, indices, 0))
is<Tensor<[128, 8, 10]>>()(gather(x, indices, -1))
is<Tensor<[Batch, 8, 10]>>()(gather(named, indices, 1))
is<Tensor<[784]>>()(gather(x, full([], 3, 'i32'), 0))
is<Tensor<[8, 10, 64]>>()(embed(zeros([1000, 64]), indices))
is<Tensor<[8, 10]>>()(takeAlong(zeros([8, 20]), indices, 1))
is<Tensor<[128, 784]>>()(scatterAdd(x, full([3], 0, 'i32'), zeros([3, 784]), 0))
is<Tensor<[8, 10, 5]>>()(oneHot(indices, 5))
is<Tensor<[8, 10, number]>>()(oneHot(indices, n))

// Reductions and order.
is<Tensor<[784]>>()(max(x, [0]))
is<Tensor<[Batch, 1]>>()(variance(named, [-1], { keepDims: true, correction: 1 }))
is<Tensor<[]>>()(logSumExp(x, [0, 1]))
is<Tensor<number[]>>()(max(x, [n]))
is<TensorOf<[Batch], 'i32'>>()(argmax(named, 1))
is<TensorOf<[128, 1], 'i32'>>()(argmax(x, -1, { keepDims: true }))
is<Tensor<[Batch, 784]>>()(softmax(named, -1))
is<Tensor<[128, 784]>>()(logSoftmax(x, n))
is<Tensor<[128, 784]>>()(cumsum(x, 1, { reverse: true }))
is<Tensor<[128, 784]>>()(sort(x, 1, { descending: true }))
is<{ readonly values: Tensor<[Batch, 5]>; readonly indices: TensorOf<[Batch, 5], 'i32'> }>()(
  topK(named, 5, 1),
)

// Einstein sums.
is<Tensor<[8, 3, 5]>>()(einsum('bij,bjk->bik', zeros([8, 3, 4]), zeros([8, 4, 5])))
is<Tensor<[Batch, 10]>>()(einsum('bi,io->bo', named, zeros([784, 10])))
is<Tensor<[]>>()(einsum('ii->', zeros([3, 3])))
is<Tensor<[2, 3, 4, 6]>>()(einsum('...ij,...jk->...ik', zeros([2, 3, 4, 5]), zeros([3, 5, 6])))
is<Tensor<[28, 28, Batch, 3]>>()(einsum('...hw->hw...', images))
is<Tensor<[784, number]>>()(einsum('ij->ji', unknownBatch))
is<Tensor<[128]>>()(einsum('bi,bi->b', unknownBatch, x))
is<Tensor<number[]>>()(einsum('ij->ji', unknownRank))
is<Tensor<number[]>>()(einsum('ij->ji' as string, x))

// Creation.
is<Tensor<[4]>>()(arange(4))
is<TensorOf<[4], 'i32'>>()(arange(4, 'i32'))
is<Tensor<[number]>>()(linspace(0, 1, n))
is<Tensor<[3, 3]>>()(eye(3))

// Generic functions, without a cast.
export const tokens = <B extends number, T extends number>(
  table: Tensor<[1000, 64]>,
  ids: TensorOf<[B, T], 'i32'>,
): Tensor<[B, T, 64]> => embed(table, ids)

export const rowsAt = <B extends number, T extends number>(
  table: Tensor<[1000, 64]>,
  ids: TensorOf<[B, T], 'i32'>,
): Tensor<[B, T, 64]> => gather(table, ids, 0)

export const heads = <B extends number, T extends number>(
  input: Tensor<[B, T, 96]>,
): [Tensor<[B, T, 32]>, Tensor<[B, T, 32]>, Tensor<[B, T, 32]>] => split(input, 3, -1)

export const attention = <B extends number, H extends number, T extends number, D extends number>(
  q: Tensor<[B, H, T, D]>,
  k: Tensor<[B, H, T, D]>,
  v: Tensor<[B, H, T, D]>,
): Tensor<[B, H, T, D]> => einsum('bhqk,bhkd->bhqd', softmax(einsum('bhqd,bhkd->bhqk', q, k), -1), v)

export const skip = <B extends number, C1 extends number, C2 extends number, H extends number>(
  a: Tensor<[B, C1, H]>,
  b: Tensor<[B, C2, H]>,
): Tensor<[B, Add<C1, C2>, H]> => concat([a, b], 1)
is<Tensor<[8, 7, 5]>>()(skip(zeros([8, 3, 5]), zeros([8, 4, 5])))

export const bordered = <B extends number, H extends number, W extends number>(
  input: Tensor<[B, 3, H, W]>,
): Tensor<[B, 3, Add<Add<H, 1>, 2>, W]> =>
  pad(input, [
    [0, 0],
    [0, 0],
    [1, 2],
    [0, 0],
  ])
is<Tensor<[8, 3, 31, 5]>>()(bordered(zeros([8, 3, 28, 5])))

export const normalised = <B extends number, F extends number>(input: Tensor<[B, F]>): Tensor<[B, F]> =>
  sub(input, mean(input, [-1], { keepDims: true }))

export const crossEntropy = <B extends number>(
  logits: Tensor<[B, 10]>,
  labels: TensorOf<[B], 'i32'>,
): Tensor<[B]> => neg(sum(mul(logSoftmax(logits, -1), oneHot(labels, 10)), [1]))
is<Tensor<[Batch]>>()(crossEntropy(zeros([null! as Batch, 10]), full([null! as Batch], 0, 'i32')))

export const pairs = <B extends number, F extends number>(a: Tensor<[B, F]>): Tensor<[B, 2, F]> =>
  stack([a, a], 1)

export const columns = <B extends number>(input: Tensor<[B, 784]>): Tensor<[B, 392]> =>
  slice(input, 1, 0, 784, 2)

export const unchanged = <B extends number>(input: Tensor<[B, 784]>): Tensor<[B, 784]> =>
  slice(input, 0, 0, input.shape[0])

export const best = <B extends number, K extends number>(input: Tensor<[B, K]>): TensorOf<[B], 'i32'> =>
  argmax(input, 1)

export const ranked = <B extends number>(input: Tensor<[B, 100]>): Tensor<[B, 5]> => topK(input, 5, 1).values

export const spread = <B extends number, F extends number>(input: Tensor<[B, F]>): Tensor<[F, B, 1]> =>
  expandDims(swapAxes(input, 0, 1), 2)

export const piped = <B extends number>(input: Tensor<[B, 784]>): Tensor<[B, 784]> =>
  pipe(input, relu, (h) => softmax(h, -1), neg)

export const histogram = <B extends number>(
  labels: TensorOf<[B], 'i32'>,
  weights: Tensor<[B]>,
): Tensor<[10]> => scatterAdd(zeros([10]), labels, weights, 0)

export const hot = <K extends number>(labels: TensorOf<[8], 'i32'>, classes: K): Tensor<[8, K]> =>
  oneHot(labels, classes)

// What may be wrong is refused in generic code.
export const otherHeight = <B extends number, H extends number, W extends number>(
  a: Tensor<[B, 3, H]>,
  b: Tensor<[B, 3, W]>,
) =>
  // @ts-expect-error H and W may differ
  concat([a, b], 1)
export const halves = <F extends number>(a: Tensor<[8, F]>) =>
  // @ts-expect-error F may be odd
  split(a, 2, 1)
export const tooMany = <F extends number>(a: Tensor<[8, F]>) =>
  // @ts-expect-error F may be below 5
  topK(a, 5, 1)
export const tooFar = <F extends number>(a: Tensor<[8, F]>) =>
  // @ts-expect-error F may be below 5
  slice(a, 1, 0, 5)
export const notOne = <F extends number>(a: Tensor<[8, F]>) =>
  // @ts-expect-error F may not be 1
  squeeze(a, [1])
export const mismatched = <B extends number, I extends number, J extends number>(
  a: Tensor<[B, I]>,
  b: Tensor<[J, 3]>,
) =>
  // @ts-expect-error I and J may differ
  einsum('bi,ik->bk', a, b)
export const anyDType = <S extends Shape, D extends DType>(a: TensorOf<S, D>) =>
  // @ts-expect-error D may be bool
  add(a, 1)
