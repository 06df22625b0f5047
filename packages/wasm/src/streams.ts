import type { BufferPlace } from './buffer.ts'
import type { Code } from './code.ts'
import type { LoopStep } from './step.ts'

/*
 * A flat loop on more than the caches hold goes through several places of its tensors at once. What fetches memory
 * ahead of a loop stops at the end of a page, so that one place waits there for each of its tensors; of four, three go
 * on.
 */

/**
 * Vectors from one place to the next: 65 KiB, so that the places reach the ends of pages at different times, and lie in
 * different sets of the first-level cache.
 */
const apart = 65 * 64

/** Elements of a loop that has places: with its result it does not fit into a second-level cache. */
const leastElements = 2 ** 19

/** A body of more instructions computes for longer than it waits. */
const longest = 32

type Sizes = Pick<LoopStep<BufferPlace>, 'elements' | 'reads' | 'writes'>

/**
 * How many places a flat loop has whose body has so many instructions. Beyond eight streams of addresses the places of
 * different tensors are in each other's way, and for four tensors one place is as fast as two.
 */
export const placesOf = ({ elements, reads, writes }: Sizes, length: number): number => {
  if (elements < leastElements || length > longest) return 1
  const moving = [...reads, ...writes].filter(({ strides }) => strides[0] !== 0)
  const tensors = new Set(moving.map(({ place }) => place.buffer)).size
  if (tensors > 3) return 1
  return tensors === 3 ? 2 : 4
}

/**
 * Runs through the whole blocks of the range from `begin` to `end`, in vectors: `vector` does the one that is so many
 * vectors ahead, `advance` moves by some. Leaves in `begin` what is left of the range.
 */
export const throughPlaces = (
  code: Code,
  places: number,
  [begin, end]: readonly [number, number],
  vector: (ahead: number) => void,
  advance: (vectors: number) => void,
): void => {
  const [blocks, left] = [code.local('i32'), code.local('i32')]
  const size = places * apart
  code.get(end).get(begin).plain('i32.sub').constant(size).plain('i32.div_u').set(blocks)
  code.countdown(blocks, () => {
    code.repeat(apart, left, () => {
      for (let place = 0; place < places; place++) vector(place * apart)
      advance(1)
    })
    advance((places - 1) * apart)
    code.advance(begin, size)
  })
}
