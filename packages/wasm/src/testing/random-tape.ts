import { sameShape, sizeOf } from '@vae/tensor'
import fc from 'fast-check'
import { randomNumbers, randomTensor, tapeBuilder } from './tape.ts'

/** A tape of `length` applications drawn at random: chains, broadcasts of any axes, reductions, transposes. */
const randomTape = (seed: number, shape: readonly [number, number, number], length: number) => {
  const next = randomNumbers(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const builder = tapeBuilder()
  /** The shape with some axes of size 1. */
  const partial = () => shape.map((size) => (next() < 0.5 ? 1 : size))
  const inputs = [shape, partial(), partial(), [shape[2]], []].map((of, i) =>
    randomTensor(of, 'f32', seed + i),
  )
  const ids = inputs.map(builder.input)
  const any = () => {
    const id = pick(ids)
    return sameShape(builder.values[id]!.shape, shape) ? id : builder.apply('broadcastTo', { shape }, id)
  }
  const reduce = () => {
    const [x, axes] = [any(), [0, 1, 2].filter(() => next() < 0.5)]
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    const result = builder.apply(pick(['sum', 'reduceMax', 'reduceMin'] as const), { axes }, x)
    // a sum as a mean: programs stay of moderate size
    const mean = builder.apply('mul', {}, result, constant(sizeOf(kept) / sizeOf(shape), result))
    return builder.apply('reshape', { shape: kept }, mean)
  }
  const constant = (value: number, like: number) =>
    builder.apply('fill', { value, shape: builder.values[like]!.shape, dtype: 'f32' })
  const steps: (() => number)[] = [
    () => builder.apply(pick(['add', 'sub', 'max', 'min'] as const), {}, any(), any()),
    () => builder.apply('mul', {}, any(), builder.apply('tanh', {}, any())),
    () => builder.apply(pick(['neg', 'abs', 'tanh', 'sigmoid'] as const), {}, pick(ids)),
    () => {
      const [a, b] = [any(), any()]
      return builder.apply('select', {}, builder.apply('compare', { direction: 'lt' }, a, b), b, a)
    },
    reduce,
    reduce,
    () => {
      const [a, b, c] = shape
      const flat = builder.apply('reshape', { shape: [c * b, a] }, any())
      return builder.apply('reshape', { shape }, builder.apply('permute', { axes: [1, 0] }, flat))
    },
    () => constant(0.5, 0),
  ]
  for (let i = 0; i < length; i++) ids.push(pick(steps)())
  return { tape: builder.tape(ids.at(-1)!, pick(ids), pick(ids)), inputs }
}

const size = fc.constantFrom(1, 2, 3, 4, 7, 8, 16, 21, 40)
/** Random tapes that loops can do, but for the transposes, with inputs for them. */
export const randomTapes = fc
  .tuple(fc.nat(), fc.tuple(size, size, size), fc.integer({ min: 1, max: 40 }))
  .map(([seed, shape, length]) => randomTape(seed, shape, length))
