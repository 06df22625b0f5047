import { sizeOf } from '@vae/tensor'
import { isReduced, keptSizes, type Space } from './space.ts'
import type { LoopInstruction, LoopPass, LoopStep, LoopWrite, Reduction } from './step.ts'

/*
 * A reduction that leaves few values is little work for one unit after another and none for several threads. Where
 * there is much to reduce, the outermost reduced dimension is cut into chunks, always the same ones: a first loop
 * reduces each, a second one what they leave.
 */

/** Fewer units than this are split. */
const fewUnits = 8
/** Elements that are worth it, and those that a chunk has at least. */
const many = 32768
const chunkElements = 2048
const mostChunks = 64

/** Into how many chunks the reduced dimension `dimension` is cut. */
export interface Split {
  readonly dimension: number
  readonly chunks: number
}

/** How a space is split, or null. */
export const splitOf = (space: Space): Split | null => {
  const elements = sizeOf(space.sizes)
  const kept = sizeOf(keptSizes(space))
  const units = space.reduced.at(-1) ? kept : kept / 16
  if (!isReduced(space) || units >= fewUnits || elements < many) return null
  const dimension = space.reduced.indexOf(true)
  const size = space.sizes[dimension]!
  const most = Math.min(mostChunks, Math.floor(elements / chunkElements))
  let chunks = most
  while (size % chunks !== 0) chunks--
  return chunks > 1 ? { dimension, chunks } : null
}

/** The step with dimension `dimension` in two, chunks outside, that stay. */
const chunked = <Place>(step: LoopStep<Place>, { dimension, chunks }: Split): LoopStep<Place> => {
  const within = step.sizes[dimension]! / chunks
  const cut = <T>(list: readonly T[], two: (item: T) => readonly T[]): T[] =>
    list.flatMap((item, i) => (i === dimension ? two(item) : [item]))
  const strided = <T extends { readonly strides: readonly number[] }>(tensor: T): T => ({
    ...tensor,
    strides: cut(tensor.strides, (stride) => [stride * within, ...(within > 1 ? [stride] : [])]),
  })
  return {
    ...step,
    sizes: cut(step.sizes, () => (within > 1 ? [chunks, within] : [chunks])),
    reduced: cut(step.reduced, () => (within > 1 ? [false, true] : [false])),
    reads: step.reads.map(strided),
    writes: step.writes.map(strided),
  }
}

/** The loop that reduces what chunks leave, in `places`, to one value for each kept point. */
const ending = <Place>(
  { place, dtype }: LoopWrite<Place>,
  reduction: Reduction,
  places: readonly Place[],
  chunks: number,
  kept: number,
): LoopStep<Place> => {
  const reads = places.map((_, i) => i)
  const reduce = reads.map((i) => places.length + i)
  const instructions: LoopInstruction[] = reads.map((of) => ({ reduction, of }))
  if (places.length > 1) instructions.push({ operation: 'f32x4.add', of: reduce })
  const register = places.length + instructions.length - 1
  const along = (...strides: readonly [number, number]): readonly number[] =>
    kept === 1 ? strides.slice(0, 1) : strides
  return {
    kind: 'loop',
    elements: chunks * kept,
    sizes: along(chunks, kept),
    reduced: kept === 1 ? [true] : [true, false],
    reads: places.map((from) => ({ place: from, dtype, strides: along(kept, 1) })),
    instructions,
    passes: [
      { compute: reads, reload: [], reduce, write: [] },
      { compute: [...reduce, register], reload: [], reduce: [], write: [] },
    ],
    writes: [{ place, dtype, register, strides: along(0, 1) }],
  }
}

/**
 * A loop of one pass, whose kept values are reductions, as two or more: the chunks, then for each reduction what is
 * left of them. `reserve` gives room for so many elements. The f64 sum of a chunk goes on as two floats, of which the
 * second is what rounding the first lost.
 */
export const splitStep = <Place>(
  step: LoopStep<Place>,
  split: Split,
  reserve: (elements: number) => Place,
): readonly LoopStep<Place>[] => {
  const kept = step.sizes.reduce((product, size, i) => (step.reduced[i] ? product : product * size), 1)
  const first = step.reads.length
  const instructions: LoopInstruction[] = [...step.instructions]
  const writes: LoopWrite<Place>[] = []
  const endings: LoopStep<Place>[] = []
  const outer = chunked(step, split)
  outer.writes.forEach((write, i) => {
    const instruction = step.instructions[write.register - first]
    if (instruction === undefined || !('reduction' in instruction)) {
      writes.push(write)
      return
    }
    const { reduction, of } = instruction
    const registers = [write.register]
    if (reduction.operation === 'sum' && reduction.dtype === 'f32')
      registers.push(first + instructions.push({ reduction: { ...reduction, operation: 'lost' }, of }) - 1)
    const places = registers.map(() => reserve(kept * split.chunks))
    registers.forEach((register, part) => {
      // chunk by chunk
      const strides = write.strides.map((stride, at) => (at === split.dimension ? kept : stride))
      writes.push({ ...write, place: places[part]!, register, strides })
    })
    endings.push(ending(step.writes[i]!, instruction.reduction, places, split.chunks, kept))
  })
  const lost = instructions
    .slice(step.instructions.length)
    .map((_, i) => first + step.instructions.length + i)
  const passes = outer.passes.map(
    (pass): LoopPass => (pass.reduce.length > 0 ? { ...pass, reduce: [...pass.reduce, ...lost] } : pass),
  )
  return [{ ...outer, instructions, writes, passes }, ...endings]
}
