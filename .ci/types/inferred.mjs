import { assignments } from './dim.mjs'

/** A type that the compiler printed: its dtype and dimensions, or null for an unknown rank. */
export const readType = (text) => {
  const match = /^Tensor(?:Of)?<(.*?)(?:, "(\w+)")?>$/.exec(text)
  if (match === null) return { text }
  const [, shape, dtype = 'f32'] = match
  if (shape === 'number[]') return { text, dtype, dims: null }
  if (!/^\[.*\]$/.test(shape)) return { text }
  return { text, dtype, dims: shape === '[]' ? [] : shape.slice(1, -1).split(', ') }
}

/** Dimensions with `number` for those that `...number[]` stands for. */
const withKnownRank = (dims, rank) =>
  dims.flatMap((dim) =>
    dim === '...number[]' ? Array.from({ length: rank - dims.length + 1 }, () => 'number') : [dim],
  )

/** The size of a dimension as the compiler prints it, in a run; undefined when it is not known. */
const sizeIn = (dim, run) => {
  if (dim === 'number') return undefined
  const name = /^Dim<"(.*)">$/.exec(dim)?.[1]
  if (name === undefined) return Number(dim)
  const formula = name
    .replace(/[a-z]+/g, (word) => `${assignments[word][run]}`)
    .replace(/(\d+|\([^()]*\))\/(\d+|\([^()]*\))/g, 'Math.floor($1/$2)')
  return new Function(`return ${formula}`)()
}

/** Why an inferred type is not that of the results in all runs, or undefined. */
export const matchesShape = ({ dtype, dims }, outcomes) => {
  for (const [run, { result }] of outcomes.entries()) {
    const shown = `${result.dtype}[${result.shape.join(', ')}]`
    if (dtype !== result.dtype || dims === undefined) return shown
    if (dims === null) continue
    const known = withKnownRank(dims, result.shape.length)
    if (known.length !== result.shape.length) return shown
    const sizes = known.map((dim) => sizeIn(dim, run))
    if (sizes.some((size, axis) => size !== undefined && size !== result.shape[axis])) return shown
  }
  return undefined
}
