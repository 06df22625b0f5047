/** The first of some sizes. */
export type FirstOf<Sizes> = Sizes extends readonly [infer First extends number, ...unknown[]]
  ? First
  : number

/** The last of some sizes. */
export type LastOf<Sizes> = Sizes extends readonly [...unknown[], infer Last extends number] ? Last : number
