/*
 * A dimension of a generated program is the list of sizes that it has in the runs of the program. A literal has one
 * size in all of them; a named or unknown one differs, so that nothing fits by accident.
 */

/** How often a program with names runs, and what each name stands for then. No sentence has a name for a word. */
export const assignments = {
  items: [11, 19, 2, 1],
  frames: [13, 5, 23, 7],
  columns: [17, 3, 29, 10],
}

/** The dimension of size `size` in `runs` runs. */
export const literal = (size, runs) => Array.from({ length: runs }, () => size)

export const isLiteral = (dim) => dim.every((size) => size === dim[0])

export const sameDim = (a, b) => a.every((size, run) => size === b[run])

export const sameDims = (a, b) => a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis]))

/** The name of a dimension, if it has one. */
export const nameOf = (dim, names) => names.find((name) => sameDim(assignments[name], dim))

/** The number of elements in the first run. */
export const elementsOf = (dims) => dims.reduce((product, dim) => product * dim[0], 1)
