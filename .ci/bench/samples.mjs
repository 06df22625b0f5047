/** How many elements of a result are compared. The same number is in systems/torch/main.py. */
const count = 64

/** Elements spread over a result: enough to notice a transposed or shifted one. */
export const samples = (data) =>
  Array.from(
    { length: count },
    (_, i) => data[(Math.floor((i * data.length) / count) + (i % 7)) % data.length],
  )
