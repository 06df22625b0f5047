import { type AnyTensor, full, mapTensors, type Shape, zeros } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordFunction } from './function.ts'
import { rebuilder, recogniser } from './structure.ts'

class Settings {
  readonly rate = 1
}
const settings = new Settings()

const shapes: fc.Arbitrary<Shape> = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 })
const tensors: fc.Arbitrary<AnyTensor> = fc
  .tuple(shapes, fc.constantFrom('f32', 'i32'))
  .map(([shape, dtype]) => full(shape, 1, dtype) as AnyTensor)
const keys = fc.constantFrom('a', 'b', 'weight', '0', '10', '9', 'z.a')
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { weight: 3, arbitrary: tensors },
    fc.constantFrom(undefined, settings),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(keys, tie('tree'), { maxKeys: 3 }),
  ),
}))
const args = fc.array(tree, { maxLength: 3 })

/** All that tells two lists of arguments apart. */
const account = (list: readonly unknown[]): string =>
  JSON.stringify(list, (_, node) =>
    node instanceof Settings
      ? 'settings'
      : node?.dtype
        ? `${node.dtype} ${node.shape}`
        : Array.isArray(node) || node === undefined || typeof node === 'string'
          ? (node ?? 'nothing')
          : Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))),
  )

describe('recogniser', () => {
  it('gives the tensors of arguments of the same structure, in the order of a recording', () => {
    fc.assert(
      fc.property(args, (list) => {
        const copy = mapTensors(list, ({ shape, dtype }) => full(shape, 2, dtype))
        const expected: AnyTensor[] = []
        mapTensors(copy, (tensor) => {
          expected.push(tensor)
          return tensor
        })
        const found = recogniser(list)(copy)!
        expect(found).toHaveLength(expected.length)
        found.forEach((tensor, i) => {
          expect(tensor).toBe(expected[i])
        })
      }),
    )
  })

  it('gives null for any other arguments', () => {
    fc.assert(
      fc.property(args, args, (list, other) => {
        expect(recogniser(list)(other) !== null).toBe(account(list) === account(other))
      }),
    )
  })

  it('does not mistake a recorded tensor for one with elements', () => {
    const recognise = recogniser([zeros([2])])
    recordFunction(
      (x) => {
        expect(recognise([x])).toBe(null)
        return x
      },
      [zeros([2])],
    )
  })
})

describe('rebuilder', () => {
  it('does what mapTensors does, with keys in the same order', () => {
    fc.assert(
      fc.property(tree, (result) => {
        const replacements: AnyTensor[] = []
        const expected = mapTensors(result, ({ shape }) => {
          const replacement = full(shape, replacements.length)
          replacements.push(replacement)
          return replacement
        })
        const rebuilt = rebuilder(result)(replacements)
        expect(rebuilt).toEqual(expected)
        expect(JSON.stringify(rebuilt)).toBe(JSON.stringify(expected))
      }),
    )
  })
})
