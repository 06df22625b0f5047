import type { BufferPlace } from './buffer.ts'
import type { Code } from './code.ts'
import type { Resolver } from './resolver.ts'
import { type LoopRead, type LoopWrite, widthOf } from './step.ts'

/** What lies in memory and is met along strides. */
export type Walked = Pick<LoopRead<BufferPlace> | LoopWrite<BufferPlace>, 'place' | 'dtype' | 'strides'>

interface Pointer {
  readonly local: number
  readonly base: number
  readonly width: 1 | 4
  readonly strides: readonly number[]
}

/** A distance in elements along a dimension: a number of steps, or a local that holds it, times a factor. */
export interface Steps {
  readonly dimension: number
  readonly local: number
  readonly times: number
}

/**
 * The running addresses of a loop: one local for all tensors of the same space, element width and strides, whose places
 * differ in the offset of their loads and stores only.
 */
export const pointers = (code: Code, resolver: Resolver) => {
  const known = new Map<string, Pointer>()

  /** The local that holds the address of `walked` less its offset. */
  const pointerOf = ({ place, dtype, strides }: Walked): number => {
    const { base } = resolver.address(place)
    if (strides.every((stride) => stride === 0)) return base
    const width = widthOf(dtype)
    const key = `${base} ${width} ${strides.join()}`
    const pointer = known.get(key) ?? { local: code.local('i32'), base, width, strides }
    known.set(key, pointer)
    return pointer.local
  }

  /** Sets all pointers to the point that is so many steps along some dimensions. */
  const start = (steps: readonly Steps[]): void => {
    for (const { local, base, width, strides } of known.values()) {
      code.get(base)
      for (const step of steps) {
        const factor = strides[step.dimension]! * step.times * width
        if (factor !== 0) code.get(step.local).constant(factor).plain('i32.mul').plain('i32.add')
      }
      code.set(local)
    }
  }

  /** Moves all pointers by steps along several dimensions. */
  const advance = (...steps: readonly (readonly [dimension: number, steps: number])[]): void => {
    for (const { local, width, strides } of known.values())
      code.advance(
        local,
        width * steps.reduce((sum, [dimension, count]) => sum + strides[dimension]! * count, 0),
      )
  }

  return { pointerOf, start, advance }
}
