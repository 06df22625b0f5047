import { type Key, randomBits, split } from '@vae/tensor'

/** Random 32-bit words without end: a block from one half of the key, then on with the other half. */
function* randomWords(key: Key, block: number): Generator<number, never> {
  for (let rest = key; ; ) {
    const [now, next] = split(rest)
    yield* randomBits(now, [block]).data
    rest = next
  }
}

/**
 * A permutation of 0 … n − 1: the order in which an epoch visits `n` examples. The same key gives the same
 * order, and every order is equally likely: Fisher–Yates, with words that would favour small indices rejected.
 * Throws a `RangeError` unless `n` is a natural number of at most 2³².
 *
 * @example
 * ```ts
 * epochOrder(key(1), 5).sort() // → [0, 1, 2, 3, 4]
 * ```
 *
 * @see R. Durstenfeld, Algorithm 235: Random permutation, CACM 7 (1964)
 */
export const epochOrder = (key: Key, n: number): Uint32Array => {
  if (!Number.isSafeInteger(n) || n < 0 || n > 2 ** 32)
    throw new RangeError(`epochOrder: expected a number of examples from 0 to 2^32, got ${n}`)
  const order = Uint32Array.from({ length: n }, (_, index) => index)
  const words = randomWords(key, n)
  for (let last = n - 1; last > 0; last--) {
    const choices = last + 1
    // The largest multiple of `choices` within 2³²: below it, every remainder is equally likely.
    const bound = 2 ** 32 - (2 ** 32 % choices)
    let word = words.next().value
    while (word >= bound) word = words.next().value
    const chosen = word % choices
    const moved = order[last]!
    order[last] = order[chosen]!
    order[chosen] = moved
  }
  return order
}
