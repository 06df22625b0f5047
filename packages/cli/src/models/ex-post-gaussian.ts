/** A Gaussian of n dimensions, by its mean and the lower triangular root of its covariance, n × n in rows. */
export interface FittedGaussian {
  readonly mean: Float64Array
  readonly root: Float64Array
}

/** L with L Lᵀ = `matrix`, for covariances that may be singular: a direction without variance gets a column of 0. */
const choleskyRoot = (matrix: Float64Array, size: number): Float64Array => {
  const root = new Float64Array(size * size)
  const rest = (row: number, column: number): number => {
    let value = matrix[row * size + column]!
    for (let k = 0; k < column; k++) value -= root[row * size + k]! * root[column * size + k]!
    return value
  }
  for (let column = 0; column < size; column++) {
    const pivot = rest(column, column)
    // What rounding leaves of a variance that is explained by the columns before.
    if (!(pivot > 1e-10 * matrix[column * size + column]!)) continue
    root[column * size + column] = Math.sqrt(pivot)
    for (let row = column + 1; row < size; row++)
      root[row * size + column] = rest(row, column) / root[column * size + column]!
  }
  return root
}

/** The Gaussian with mean and covariance of vectors, given as blocks of rows of `size` numbers. */
export const fitGaussian = (blocks: readonly Float32Array[], size: number): FittedGaussian => {
  const count = blocks.reduce((total, { length }) => total + length / size, 0)
  const mean = new Float64Array(size)
  for (const block of blocks)
    block.forEach((value, place) => {
      mean[place % size]! += value / count
    })
  const covariance = new Float64Array(size * size)
  for (const block of blocks)
    for (let start = 0; start < block.length; start += size)
      for (let i = 0; i < size; i++)
        for (let j = 0; j <= i; j++)
          covariance[i * size + j]! +=
            ((block[start + i]! - mean[i]!) * (block[start + j]! - mean[j]!)) / count
  return { mean, root: choleskyRoot(covariance, size) }
}

/** mean + L ε for each row ε of `noise`. */
export const drawFrom = ({ mean, root }: FittedGaussian, noise: Float32Array): Float32Array => {
  const size = mean.length
  return noise.map((_, place) => {
    const [row, i] = [Math.floor(place / size), place % size]
    let value = mean[i]!
    for (let j = 0; j <= i; j++) value += root[i * size + j]! * noise[row * size + j]!
    return value
  })
}
