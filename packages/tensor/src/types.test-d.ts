/*
 * Programs that must compile, with the exact types of their results, and generic functions without a cast.
 * What must not compile, with its message, is in the corpus of messages of @vae/models.
 */
import { flow, pipe } from 'fp-ts/lib/function.js'
import {
  add,
  arange,
  type BinaryOperation,
  broadcastTo,
  cast,
  type Dim,
  type Divide,
  exp,
  eye,
  foldTree,
  full,
  type Key,
  less,
  type Minus,
  matmul,
  mean,
  mul,
  normal,
  type Over,
  oneHot,
  ones,
  type Plus,
  type Product,
  permute,
  relu,
  reshape,
  type Shape,
  select,
  sigmoid,
  split,
  square,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  type Times,
  type Tree,
  transpose,
  type UnaryOperation,
  zeros,
} from './index.ts'

/** True when A and B are the same type, and not only assignable to each other. */
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** `is<Expected>()(x)` compiles when the type of x is exactly `Expected`. */
declare const is: <E>() => <A>(a: A & (Eq<A, E> extends true ? unknown : { readonly expected: E })) => void
/** `same<A, B>(true)` compiles when A and B are the same type. */
declare const same: <A, B>(equal: Eq<A, B>) => void

declare const x: Tensor<[128, 784]>
declare const bias: Tensor<[784]>
declare const unknownRank: Tensor<number[]>
declare const unknownBatch: Tensor<[number, 784]>
declare const named: Tensor<[Dim<'batch'>, 784]>
declare const images: Tensor<[128, 1, 28, 28]>

// Broadcasting.
is<Tensor<[128, 784]>>()(add(x, bias))
is<Tensor<[128, 784]>>()(add(bias, x))
is<Tensor<[128, 784]>>()(add(x, 1))
is<Tensor<[128, 784]>>()(sub(1, x))
is<Tensor<[]>>()(add(1, 2))
is<Tensor<[128, 784]>>()(mul(zeros([128, 1]), bias))
is<Tensor<[2, 3, 5]>>()(mul(zeros([2, 1, 5]), zeros([3, 1])))
is<Tensor<[Dim<'batch'>, 784]>>()(add(named, bias))
is<Tensor<[Dim<'batch'>, 784]>>()(add(named, named))
is<Tensor<[128, 784]>>()(add(unknownBatch, x))
is<Tensor<number[]>>()(add(unknownRank, x))
is<TensorOf<[128, 784], 'bool'>>()(less(x, bias))
is<TensorOf<[], 'bool'>>()(less(1, 2))
is<Tensor<[128, 784]>>()(select(less(x, 0), bias, 1))
is<Tensor<[2, 784]>>()(broadcastTo(bias, [2, 784]))
is<Tensor<[128, 784]>>()(broadcastTo(unknownRank, [128, 784]))
is<Tensor<[2, 3]>>()(broadcastTo(zeros([]), [2, 3]))

// Matrix products.
is<Tensor<[128, 20]>>()(matmul(x, zeros([784, 20])))
is<Tensor<[number, 20]>>()(matmul(unknownBatch, zeros([784, 20])))
is<Tensor<[Dim<'batch'>, 20]>>()(matmul(named, zeros([784, 20])))
is<Tensor<[7, 2, 4]>>()(matmul(zeros([7, 2, 3]), zeros([3, 4])))
is<Tensor<number[]>>()(matmul(unknownRank, x))

// Shapes.
is<Tensor<[128, 28, 28]>>()(reshape(x, [128, 28, 28]))
is<Tensor<[100352]>>()(reshape(x, [-1]))
is<Tensor<[128, 28, 28]>>()(reshape(x, [-1, 28, 28]))
is<Tensor<[Dim<'batch'>, 28, 28]>>()(reshape(named, [named.shape[0], 28, 28]))
is<Tensor<[Dim<'batch'>, 784]>>()(reshape(named, [-1, 784]))
is<Tensor<[1]>>()(reshape(zeros([]), [1]))
is<Tensor<[]>>()(reshape(zeros([1, 1]), []))
// A -1 next to names takes what the known sizes leave.
is<Tensor<[Dim<'batch'>, 4, 1]>>()(reshape(null! as Tensor<[Dim<'batch'>, 4]>, [-1, 4, 1]))
is<Tensor<[Dim<'batch*2'>, 6]>>()(reshape(null! as Tensor<[Dim<'batch'>, 4, 3]>, [-1, 6]))
// @ts-expect-error A -1 beside a 0 could be any size.
reshape(zeros([3, 0]), [-1, 0, 0])
// A 0 on both sides cancels, and what is left may differ.
is<Tensor<[3, 0]>>()(reshape(zeros([2, 0]), [3, 0]))
is<Tensor<[128, 28, 28, 1]>>()(permute(images, [0, 2, 3, 1]))
is<Tensor<[28, 28, 1, 128]>>()(permute(images, [-1, -2, -3, -4]))
is<Tensor<[]>>()(permute(zeros([]), []))
is<Tensor<[784, 128]>>()(transpose(x))
is<Tensor<[128, 1, 28, 28]>>()(transpose(images))
is<TensorOf<[784, 128], 'u8'>>()(transpose(cast(x, 'u8')))
is<Tensor<[128]>>()(sum(x, [1]))
is<Tensor<[128]>>()(mean(x, [-1]))
is<Tensor<[]>>()(sum(x, [0, 1]))
is<Tensor<[128, 784]>>()(sum(x, []))
is<Tensor<[128, 1]>>()(mean(x, [1], { keepDims: true }))
is<Tensor<[1, 1]>>()(mean(x, [-1, 0], { keepDims: true }))

// Arithmetic: the identities hold for type parameters too.
same<Plus<28, 2>, 30>(true)
same<Minus<28, 2>, 26>(true)
same<Minus<2, 3>, never>(true)
same<Times<784, 400>, 313600>(true)
same<Over<785, 2>, 392>(true)
same<Plus<9007199254740990, 1>, 9007199254740991>(true)
same<Product<[2, 3, 4]>, 24>(true)
same<Product<[]>, 1>(true)
same<Plus<Dim<'h'>, 2>, Dim<'h+2'>>(true)
same<Plus<0, Dim<'h'>>, Dim<'h'>>(true)
same<Times<0, Dim<'h'>>, 0>(true)
same<Times<Dim<'h'>, 0>, 0>(true)
// Formulas of names keep their order: without parentheses, 4 · (h + 3) and 4 · h + 3 were one.
same<Times<4, Dim<'h+3'>>, Dim<'4*(h+3)'>>(true)
same<Times<Dim<'h+3'>, 4>, Dim<'(h+3)*4'>>(true)
same<Minus<Dim<'h'>, Minus<Dim<'w'>, 2>>, Dim<'h-(w-2)'>>(true)
same<Times<Dim<'h'>, Dim<'w/2'>>, Dim<'h*(w/2)'>>(true)
same<Over<Dim<'h'>, Dim<'w*2'>>, Dim<'h/(w*2)'>>(true)
same<Times<number, 2>, number>(true)
export type Identities<H extends number> = [Plus<H, 0>, Minus<H, 0>, Times<H, 1>, Over<H, 1>]
export const identities = <H extends number>(h: [H, H, H, H]): Identities<H> => h
export type Half<H extends number> = Divide<H, 2>
same<Half<28>, 14>(true)

// One type variable does not become a union of sizes, and a literal widens to number.
export const widened: Tensor<[number, 784]> = x
declare const pairOf: <N extends number>(a: Tensor<[N]>, b: Tensor<[N]>) => Tensor<[N]>
is<Tensor<[64]>>()(pairOf(zeros([64]), zeros([64])))
// @ts-expect-error 64 is not 128
pairOf(zeros([64]), zeros([128]))
// @ts-expect-error a tensor of unknown size is not one of size 784
export const narrowed: Tensor<[784]> = zeros([784 as number])
// @ts-expect-error batch is not seq
export const renamed: Tensor<[Dim<'seq'>, 784]> = named

// Generic functions, without a cast.
declare const w1: Tensor<[784, 400]>
declare const b1: Tensor<[400]>

export const layer = <B extends number>(input: Tensor<[B, 784]>): Tensor<[B, 400]> =>
  relu(add(matmul(input, w1), b1))
is<Tensor<[128, 400]>>()(layer(x))
is<Tensor<[Dim<'batch'>, 400]>>()(layer(named))

export const inferred = <B extends number>(input: Tensor<[B, 784]>) => pipe(matmul(input, w1), relu, sigmoid)
is<Tensor<[128, 400]>>()(inferred(x))

export const mlp = <I extends number, H extends number, O extends number>(
  w: Tensor<[I, H]>,
  b: Tensor<[H]>,
  v: Tensor<[H, O]>,
) => {
  return <B extends number>(input: Tensor<[B, I]>): Tensor<[B, O]> =>
    matmul(relu(add(matmul(input, w), b)), v)
}
is<Tensor<[128, 10]>>()(mlp(w1, b1, zeros([400, 10]))(x))

export const attention = <B extends number, T extends number, D extends number>(
  q: Tensor<[B, 8, T, D]>,
  k: Tensor<[B, 8, T, D]>,
  v: Tensor<[B, 8, T, D]>,
): Tensor<[B, 8, T, D]> => matmul(exp(matmul(q, permute(k, [0, 1, 3, 2]))), v)

export const heads = <B extends number, T extends number>(
  input: Tensor<[B, T, 512]>,
): Tensor<[B, 8, T, 64]> => permute(reshape(input, [input.shape[0], input.shape[1], 8, 64]), [0, 2, 1, 3])

export const centred = <B extends number, D extends number>(input: Tensor<[B, D]>): Tensor<[B, D]> =>
  sub(input, mean(input, [-1], { keepDims: true }))

export const flattened = <B extends number>(input: Tensor<[B, 64, 7, 7]>): Tensor<[B, 3136]> =>
  reshape(input, [input.shape[0], -1])

export const swish = <S extends Shape>(input: Tensor<S>): Tensor<S> => mul(input, sigmoid(input))
is<Tensor<[128, 784]>>()(swish(x))
export const asOperation: UnaryOperation = swish

export const perExample = <B extends number, F extends number>(input: Tensor<[B, F]>): Tensor<[B]> =>
  sum(square(input), [1])

export const added = <T extends number>(
  position: Tensor<[T, 8]>,
  batch: Tensor<[4, T, 8]>,
): Tensor<[4, T, 8]> => add(batch, position)

export const repeated =
  <S extends Shape>(f: (input: Tensor<S>) => Tensor<S>, times: number) =>
  (input: Tensor<S>): Tensor<S> => {
    let result = input
    for (let i = 0; i < times; i++) result = f(result)
    return result
  }
is<Tensor<[128, 784]>>()(pipe(x, repeated(relu, 3)))

export const composed = flow(layer, relu)
is<Tensor<[128, 400]>>()(composed(x))

declare const withBatch: (f: <B extends number>(input: Tensor<[B, 784]>) => Tensor<[B, 400]>) => void
withBatch(layer)
withBatch((input) => inferred(input))

export const stretched = <B extends number, F extends number>(
  row: Tensor<[1, F]>,
  column: Tensor<[B, 1]>,
): Tensor<[B, F]> => add(row, column)
is<Tensor<[3, 4]>>()(stretched(zeros([1, 4]), zeros([3, 1])))

export const doubled = <S extends Shape>(input: Tensor<S>): Tensor<S> => mul(2, input)

// Mismatches in generic code are refused, not put off.
export const twoBatches = <B extends number, C extends number>(a: Tensor<[B, 784]>, b: Tensor<[C, 784]>) =>
  // @ts-expect-error B and C may differ
  add(a, b)
export const wrongInner = <B extends number>(a: Tensor<[B, 784]>) =>
  // @ts-expect-error 784 is not 400
  matmul(a, zeros([400, 20]))
export const unknownInner = <B extends number, I extends number>(a: Tensor<[B, I]>) =>
  // @ts-expect-error I may not be 400
  matmul(a, zeros([400, 20]))

// Trees: records, interfaces, tuples and arrays of tensors, also of generic shapes.
interface Dense<I extends number, O extends number> {
  readonly weight: Tensor<[I, O]>
  readonly bias: Tensor<[O]>
}
declare const tree: <T extends Tree<T>>(t: T) => T
declare const dense: Dense<2, 3>
is<Dense<2, 3>>()(tree(dense))
is<{ readonly layers: readonly [Dense<2, 3>, Tensor<[]>] }>()(
  tree(null! as { readonly layers: readonly [Dense<2, 3>, Tensor<[]>] }),
)
is<Dense<2, 3>[]>()(tree([dense, dense]))
is<Tensor<[2]>>()(tree(zeros([2])))
is<TensorOf<[2], 'u8'>>()(tree(cast(zeros([2]), 'u8')))
export const treeOf = <I extends number, O extends number>(t: { readonly a: Dense<I, O> }) =>
  foldTree((n: number) => n + 1, 0, tree(t))
// @ts-expect-error every leaf must be a tensor
tree({ weight: zeros([2]), rate: 0.1 })
// @ts-expect-error every leaf must be a tensor
tree({ layers: [dense, { name: 'x' }] })

// The name of an operation is part of its type, for its messages.
export const operation: BinaryOperation<'add'> = add

// Creation takes sizes that are type parameters, and shapes that are.
export const created = <B extends number, R extends Shape>(b: B, rest: readonly [...R], from: Key) => {
  is<Tensor<[B]>>()(arange(b))
  is<Tensor<[B, B]>>()(eye(b))
  is<Tensor<[3, B]>>()(oneHot(full([3], 0, 'i32'), b))
  is<Tensor<[B, 4]>>()(normal(from, [b, 4]))
  is<Tensor<R>>()(zeros(rest))
  is<Tensor<[B, ...R]>>()(ones([b, ...rest]))
  is<TensorOf<[...R, B], 'u8'>>()(full([...rest, b], 0, 'u8'))
  is<Key[]>()(split(from, 3 as number))
}
