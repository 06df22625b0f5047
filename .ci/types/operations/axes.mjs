/** The axes of a tensor, counted from the front. */
export const axesOf = (x) => x.dims.map((_, axis) => axis)

/** An axis counted from the front or from the end. */
export const eitherWay = (axis, rank, draw) => (draw.chance(0.3) ? axis - rank : axis)

/** One axis of x as an argument would name it, and counted from the front. */
export const someAxis = (x, draw) => {
  const axis = draw.integer(0, x.dims.length - 1)
  return { axis, written: eitherWay(axis, x.dims.length, draw) }
}

export const divisorsOf = (size) =>
  Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0)
