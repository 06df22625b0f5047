/** log |det| of a square matrix in row-major order, by elimination with the largest pivot. */
export const logAbsDeterminant = (matrix: ArrayLike<number>): number => {
  const size = Math.sqrt(matrix.length)
  const rows = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => matrix[i * size + j]!),
  )
  let total = 0
  for (let column = 0; column < size; column++) {
    const pivot = rows.reduce(
      (best, row, i) => (i > column && Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? i : best),
      column,
    )
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const top = rows[column]!
    total += Math.log(Math.abs(top[column]!))
    for (const row of rows.slice(column + 1)) {
      const factor = row[column]! / top[column]!
      for (let j = column; j < size; j++) row[j]! -= factor * top[j]!
    }
  }
  return total
}
