import { type Key, normal, split, type Tensor, type TensorOf, tensor, uniform } from '@vae/tensor'

/** All combinations of values of factors with the given numbers of values, each `times` times. */
export const grid = (sizes: readonly number[], times = 1): TensorOf<[number, number], 'i32'> => {
  const count = sizes.reduce((product, size) => product * size, 1)
  const rows = Array.from({ length: count * times }, (_, index) => {
    let rest = index % count
    return sizes.map((size) => {
      const value = rest % size
      rest = Math.floor(rest / size)
      return value
    })
  })
  return tensor([rows.length, sizes.length], rows.flat(), 'i32')
}

/** The codes `[N, Z]` that a function makes of each row of factors. */
export const codesOf = (
  factors: TensorOf<[number, number], 'i32'>,
  f: (values: readonly number[]) => readonly number[],
): Tensor<[number, number]> => {
  const [count, width] = factors.shape
  const rows = Array.from({ length: count }, (_, row) =>
    f([...factors.data.slice(row * width, (row + 1) * width)]),
  )
  return tensor([count, rows[0]!.length], rows.flat())
}

/** Random factors with the given numbers of values. */
export const randomFactors = (
  key: Key,
  count: number,
  sizes: readonly number[],
): TensorOf<[number, number], 'i32'> => {
  const u = uniform(key, [count, sizes.length]).data
  return tensor(
    [count, sizes.length],
    Int32Array.from(u, (value, index) => Math.floor(value * sizes[index % sizes.length]!)),
    'i32',
  )
}

/** Codes that have nothing to do with anything. */
export const randomCodes = (key: Key, count: number, size: number): Tensor<[number, number]> =>
  normal(key, [count, size])

/** The rows of a matrix in another order: row i becomes the row that `order[i]` names. */
export const reorder = <T extends Tensor<[number, number]> | TensorOf<[number, number], 'i32'>>(
  x: T,
  order: readonly number[],
): T => {
  const [count, width] = x.shape
  const data = x.data.slice()
  for (const [to, from] of order.entries())
    data.set(x.data.subarray(from * width, (from + 1) * width), to * width)
  // The dtype is that of x.
  return tensor([count, width], data as Float32Array, x.dtype as 'f32') as Tensor<[number, number]> as T
}

/** Samplers for scores that intervene on factors, of codes that a function makes of factors. */
export const samplersOf = (
  sizes: readonly number[],
  batch: number,
  f: (values: readonly number[]) => readonly number[],
) => ({
  fixed: (factor: number, key: Key): Tensor<[number, number]> => {
    const factors = randomFactors(key, batch, sizes)
    const width = sizes.length
    for (let row = 1; row < batch; row++) factors.data[row * width + factor] = factors.data[factor]!
    return codesOf(factors, f)
  },
  pairs: (factor: number, key: Key) => {
    const [a, b] = split(key)
    const [first, second] = [randomFactors(a, batch, sizes), randomFactors(b, batch, sizes)]
    const width = sizes.length
    for (let row = 0; row < batch; row++)
      second.data[row * width + factor] = first.data[row * width + factor]!
    return [codesOf(first, f), codesOf(second, f)] as const
  },
})
