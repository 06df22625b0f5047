import { type TensorOf, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Examples, examplesOf, renderedExamples, reshapeExamples, selectExamples } from './examples.ts'

/** `count` examples `[2, 3]` of distinct numbers, as a tensor and as drawn one by one. */
const both = (count: number) => {
  const inMemory = examplesOf<[2, 3], 'f32'>(
    tensor<[number, 2, 3]>(
      [count, 2, 3],
      Array.from({ length: count * 6 }, (_, place) => place / 2),
    ),
  )
  const rendered = renderedExamples({
    count,
    shape: [2, 3],
    dtype: 'f32',
    render: (index, target, offset) => {
      for (let place = 0; place < 6; place++) target[offset + place] = (index * 6 + place) / 2
    },
  })
  return { inMemory, rendered }
}

/** A number of examples with some of their indices. */
const chosen = fc
  .integer({ min: 1, max: 20 })
  .chain((count) => fc.tuple(fc.constant(count), fc.array(fc.nat(count - 1), { maxLength: 12 })))

describe('examples', () => {
  it('are the same from memory and drawn', () => {
    fc.assert(
      fc.property(chosen, ([count, indices]) => {
        const { inMemory, rendered } = both(count)
        expect(inMemory.gather(indices)).toEqual(rendered.gather(indices))
        expect([inMemory.count, inMemory.shape, inMemory.dtype]).toEqual([count, [2, 3], 'f32'])
      }),
    )
  })

  it('do not depend on what is asked for with them', () => {
    fc.assert(
      fc.property(chosen, ([count, indices]) => {
        const { rendered } = both(count)
        const together = rendered.gather(Uint32Array.from(indices))
        expect(together.shape).toEqual([indices.length, 2, 3])
        const alone = indices.flatMap((index) => [...rendered.gather([index]).data])
        expect([...together.data]).toEqual(alone)
      }),
    )
  })

  it('are new tensors each time', () => {
    const bytes = tensor<[number, 2], 'u8'>([1, 2], Uint8Array.of(1, 2), 'u8')
    const examples = examplesOf<[2], 'u8'>(bytes)
    examples.gather([0]).data.fill(9)
    expect([...examples.gather([0]).data]).toEqual([1, 2])
  })

  it('refuse indices that name none', () => {
    const { rendered } = both(3)
    for (const index of [-1, 3, 0.5, Number.NaN])
      expect(() => rendered.gather([0, index])).toThrow(
        `gather: expected an example from 0 to 2, got ${index}`,
      )
    expect(() => both(0).rendered.gather([0])).toThrow('since there are no examples, got 0')
  })

  it('have their shape and dtype in their type', () => {
    const { rendered } = both(3)
    expectTypeOf(rendered).toEqualTypeOf<Examples<[2, 3], 'f32'>>()
    expectTypeOf(rendered.gather).returns.toEqualTypeOf<TensorOf<[number, 2, 3], 'f32'>>()
  })
})

describe('selectExamples', () => {
  it('composes as indices do', () => {
    fc.assert(
      fc.property(chosen, fc.infiniteStream(fc.nat()), ([count, indices], stream) => {
        fc.pre(indices.length > 0)
        const { inMemory } = both(count)
        const selection = selectExamples(inMemory, Uint32Array.from(indices))
        const rows = [...stream.take(5)].map((row) => row % indices.length)
        expect(selection.count).toBe(indices.length)
        expect(selection.gather(rows)).toEqual(inMemory.gather(rows.map((row) => indices[row]!)))
      }),
    )
  })

  it('refuses indices that name none, and rows beyond the selection', () => {
    const { inMemory } = both(3)
    expect(() => selectExamples(inMemory, Uint32Array.of(3))).toThrow(
      'selectExamples: expected an example from 0 to 2',
    )
    expect(() => selectExamples(inMemory, Uint32Array.of(2)).gather([1])).toThrow('from 0 to 0, got 1')
  })
})

describe('reshapeExamples', () => {
  it('keeps the elements in their order', () => {
    const { inMemory } = both(4)
    const rows = reshapeExamples(inMemory, [3, 2])
    expectTypeOf(rows).toEqualTypeOf<Examples<[3, 2], 'f32'>>()
    expect(rows.gather([3, 1]).shape).toEqual([2, 3, 2])
    expect(rows.gather([3, 1]).data).toEqual(inMemory.gather([3, 1]).data)
  })

  it('refuses another number of elements', () => {
    expect(() => reshapeExamples(both(1).inMemory, [7])).toThrow(
      'reshapeExamples: expected a shape with 6 elements, as [2, 3] has, got [7] with 7',
    )
  })
})
