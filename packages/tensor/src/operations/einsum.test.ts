import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Shape, sizeOf, stridesOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { tensor } from './create.ts'
import { einsum } from './einsum.ts'

interface Operand {
  readonly letters: readonly string[]
  readonly tensor: Tensor<number[]>
}

/** By the definition: the product of all operands for every assignment of all indices. */
const naive = (operands: readonly Operand[], output: readonly string[], sizes: Record<string, number>) => {
  const all = [...new Set([...operands.flatMap(({ letters }) => letters), ...output])]
  const shape = output.map((letter) => sizes[letter]!)
  const result = new Float64Array(sizeOf(shape))
  const offset = (letters: readonly string[], of: Shape, values: Record<string, number>): number => {
    const strides = stridesOf(of)
    return letters.reduce((sum, letter, axis) => sum + values[letter]! * strides[axis]!, 0)
  }
  const visit = (left: readonly string[], values: Record<string, number>): void => {
    const [letter, ...rest] = left
    if (letter === undefined) {
      const product = operands.reduce(
        (product, { letters, tensor: { shape, data } }) => product * data[offset(letters, shape, values)]!,
        1,
      )
      result[offset(output, shape, values)]! += product
      return
    }
    for (let i = 0; i < sizes[letter]!; i++) visit(rest, { ...values, [letter]: i })
  }
  visit(all, {})
  return { shape, data: [...result] }
}

const letters = ['a', 'b', 'c', 'd']
const sizes = fc.record({ a: fc.nat(2), b: fc.integer({ min: 1, max: 3 }), c: fc.nat(3), d: fc.nat(2) })

const cases = sizes.chain((chosen) =>
  fc
    .array(fc.array(fc.constantFrom(...letters), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .chain((inputs) => {
      const used = [...new Set(inputs.flat())]
      return fc.record({
        sizes: fc.constant(chosen as Record<string, number>),
        output: fc.shuffledSubarray(used),
        operands: fc.tuple(
          ...inputs.map((of) => {
            const shape = of.map((letter) => (chosen as Record<string, number>)[letter]!)
            return fc
              .array(fc.integer({ min: -3, max: 3 }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
              .map((data): Operand => ({ letters: of, tensor: tensor(shape, data) }))
          }),
        ),
      })
    }),
)

const run = (spec: string, tensors: readonly Tensor<number[]>[]): AnyTensor => einsum(spec, ...tensors)

describe('einsum', () => {
  it('sums the product of its operands over what the output does not name', () => {
    fc.assert(
      fc.property(cases, ({ sizes, output, operands }) => {
        const spec = `${operands.map(({ letters }) => letters.join('')).join(',')}->${output.join('')}`
        const result = run(
          spec,
          operands.map(({ tensor }) => tensor),
        )
        const expected = naive(operands, output, sizes)
        expect(result.shape).toEqual(expected.shape)
        expect([...result.data].map((value) => value + 0)).toEqual(expected.data.map((value) => value + 0))
      }),
    )
  })

  it('broadcasts what the ellipses stand for', () => {
    const x = tensor([3, 1, 2], [1, 2, 3, 4, 5, 6])
    const y = tensor([2, 2], [1, 10, 100, 1000])
    const each = einsum('...i,...i->...', x, y)
    expect(each.shape).toEqual([3, 2])
    expect([...each.data]).toEqual([21, 2100, 43, 4300, 65, 6500])
    expect(einsum('...ij->j...i', tensor([1, 4, 2, 3], new Float32Array(24))).shape).toEqual([3, 1, 4, 2])
    expect(einsum('...,...->...', tensor([1], [2]), tensor([1], [3]))).toMatchObject({ shape: [1] })
  })

  it.each([
    ['ij,jk', 'the subscripts must read inputs->output'],
    ['ij->i', 'expected 1 operands, got 2'],
    ['ij,jkl->i', 'subscripts jkl do not fit the rank of [3, 4]'],
    ['i,jk->i', 'subscripts i do not fit the rank of [2, 3]'],
    ['...ijk,jk->...', 'subscripts ...ijk do not fit the rank of [2, 3]'],
    ['ij,ik->j', 'index i is both 2 and 3'],
    ['ij,jk->iz', 'output index z is not in any input'],
    ['ij,jk->ii', 'output index i is repeated'],
    ['...j,jk->k', 'the output must hold the ellipsis of the inputs'],
    ['ij,jk->i...', 'output index ... is not in any input'],
    ['...,...->...', 'shapes do not broadcast: [2, 3] and [3, 4] (3 ≠ 4)'],
  ])('refuses %s', (spec, reason) => {
    const tensors: Tensor<number[]>[] = [
      tensor([2, 3], new Float32Array(6)),
      tensor([3, 4], new Float32Array(12)),
    ]
    expect(() => run(spec, tensors)).toThrow(`einsum '${spec}': ${reason}`)
  })
})
