import * as fc from 'fast-check'

/** Random choices from a generator of fast-check, so that a seed repeats a program. */
export const drawFrom = (generate) => {
  const integer = (min, max) => generate(fc.integer, { min, max })
  const pick = (list) => list[integer(0, list.length - 1)]
  return {
    integer,
    pick,
    chance: (probability) => integer(1, 1000) <= probability * 1000,
    /** The list in a random order. */
    shuffle: (list) => list.reduce((out, item) => out.toSpliced(integer(0, out.length), 0, item), []),
    /** A random selection of the list, in its order. */
    some: (list, probability = 0.5) => list.filter(() => integer(1, 1000) <= probability * 1000),
  }
}
