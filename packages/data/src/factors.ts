/** A class of each factor, counted from 0. */
export type Factors<Name extends string> = Readonly<Record<Name, number>>

/** All combinations of some factors, numbered: the last factor changes fastest. */
export interface FactorSpace<Name extends string> {
  /** The factors in their order. */
  readonly names: readonly Name[]
  /** How many classes each has. */
  readonly sizes: Factors<Name>
  /** How many combinations there are. */
  readonly count: number
  /** The classes of combination `index`; a `RangeError` if there is none. */
  readonly factorsOf: (index: number) => Factors<Name>
  /** The number of a combination; a `RangeError` if a factor has no such class. */
  readonly indexOf: (factors: Factors<Name>) => number
}

/**
 * The combinations of factors of given sizes, in the order of their names in `sizes`. `factorsOf` and `indexOf` are
 * inverse to each other.
 *
 * @example
 * ```ts
 * const { count, factorsOf, indexOf } = factorSpace({ shape: 3, x: 32 })
 * count // → 96
 * factorsOf(33) // → { shape: 1, x: 1 }
 * indexOf({ shape: 2, x: 31 }) // → 95
 * ```
 */
export const factorSpace = <const Sizes extends Readonly<Record<string, number>>>(
  sizes: Sizes,
): FactorSpace<Extract<keyof Sizes, string>> => {
  type Name = Extract<keyof Sizes, string>
  // Object.keys forgets the names; they are those of `sizes`.
  const names = Object.keys(sizes) as Name[]
  const count = names.reduce((product, name) => product * sizes[name]!, 1)
  return {
    names,
    sizes,
    count,
    factorsOf: (index) => {
      if (!Number.isInteger(index) || index < 0 || index >= count)
        throw new RangeError(`factorsOf: expected an index from 0 to ${count - 1}, got ${index}`)
      const classes: Partial<Record<Name, number>> = {}
      let rest = index
      for (const name of [...names].reverse()) {
        classes[name] = rest % sizes[name]!
        rest = Math.floor(rest / sizes[name]!)
      }
      return Object.fromEntries(names.map((name) => [name, classes[name]])) as Factors<Name>
    },
    indexOf: (factors) =>
      names.reduce((index, name) => {
        const chosen = factors[name]
        const size = sizes[name]!
        if (!Number.isInteger(chosen) || chosen < 0 || chosen >= size)
          throw new RangeError(`indexOf: expected ${name} from 0 to ${size - 1}, got ${chosen}`)
        return index * size + chosen
      }, 0),
  }
}
