import {
  add,
  argsort,
  broadcastTo,
  cast,
  cumsum,
  div,
  embed,
  gather,
  greater,
  type Key,
  maximum,
  mul,
  reshape,
  select,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  uniform,
} from '@vae/tensor'

/** Rows in an order in which those that count come first. */
export interface Candidates<N extends number, D extends number> {
  readonly rows: Tensor<[N, D]>
  readonly order: TensorOf<[N], 'i32'>
  /** How many rows count. */
  readonly available: TensorOf<[], 'i32'>
}

/** The number of rows with a weight above 0. */
export const countRows = <N extends number>(weights: Tensor<[N]>): TensorOf<[], 'i32'> =>
  sum(cast(greater(weights, 0), 'i32'), [0])

/** All rows in random order, padding last. */
export const shuffled = <N extends number, D extends number>(
  rows: Tensor<[N, D]>,
  weights: Tensor<[N]>,
  key: Key,
): Candidates<N, D> => {
  // uniform numbers are less than 1
  const places = select(greater(weights, 0), uniform(key, [weights.shape[0]]), 1)
  return { rows, order: argsort(places, 0), available: countRows(weights) }
}

/** For each row of a table, the same for all of its columns. */
export const alongRows = <K extends number, D extends number>(
  chosen: TensorOf<[K], 'bool'>,
  { shape: [rows, columns] }: Tensor<[K, D]>,
): TensorOf<[K, D], 'bool'> => broadcastTo(reshape(chosen, [rows, 1]), [rows, columns])

/** The candidates of the given ranks, in their order, from the first again where there are fewer; never padding. */
export const candidatesAt = <K extends number, N extends number, D extends number>(
  { rows, order, available }: Candidates<N, D>,
  ranks: TensorOf<[K], 'i32'>,
): Tensor<[K, D]> => {
  const period = maximum(available, 1)
  const places = sub(ranks, mul(div(ranks, period), period))
  return embed(rows, gather(order, places, 0))
}

/** The table with its chosen rows replaced by candidates: the first one by the first. A gather of fixed shape. */
export const replaceRows = <K extends number, N extends number, D extends number>(
  table: Tensor<[K, D]>,
  chosen: TensorOf<[K], 'bool'>,
  candidates: Candidates<N, D>,
): Tensor<[K, D]> => {
  const ranks = add(cumsum(cast(chosen, 'i32'), 0), -1)
  return select(alongRows(chosen, table), candidatesAt(candidates, ranks), table)
}
