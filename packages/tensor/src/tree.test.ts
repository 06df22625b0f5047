import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { tensor, zeros } from './operations/create.ts'
import { add, mul } from './operations/elementwise.ts'
import type { Tensor } from './tensor.ts'
import { foldTree, isTensor, leaves, mapTensors, mapTree, unflatten, zipTree } from './tree.ts'

interface Dense {
  readonly weight: Tensor<[2, 3]>
  readonly bias: Tensor<[3]>
}
interface Params {
  readonly layers: readonly [Dense, Dense]
  readonly scale: Tensor<[]>
}

const dense = (value: number): Dense => ({
  weight: tensor([2, 3], new Array<number>(6).fill(value)),
  bias: tensor([3], [value, value, value]),
})
const params = (value: number): Params => ({
  scale: tensor([], [value]),
  layers: [dense(value), dense(value)],
})

describe('leaves', () => {
  it('come in canonical order: records by the code units of their keys, arrays by index', () => {
    const paths = leaves(params(1)).map(({ path }) => path)
    expect(paths).toEqual(['layers.0.bias', 'layers.0.weight', 'layers.1.bias', 'layers.1.weight', 'scale'])
    const x = zeros([])
    expect(leaves({ b: x, a: x, B: x, ä: x, '10': x, '9': x }).map(({ path }) => path)).toEqual([
      '10',
      '9',
      'B',
      'a',
      'b',
      'ä',
    ])
    const eleven = new Array(11).fill(x)
    expect(leaves(eleven).map(({ path }) => path)).toEqual(eleven.map((_, index) => `${index}`))
    expect(leaves(x)).toEqual([{ path: '', tensor: x }])
  })

  it('do not depend on the order in which a record was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 3 })), (keys) => {
        const x = zeros([])
        const record = (order: readonly string[]) => Object.fromEntries(order.map((name) => [name, x]))
        expect(leaves(record(keys))).toEqual(leaves(record([...keys].reverse())))
      }),
    )
  })

  it('that are no tensors are refused with their path', () => {
    expect(() => leaves({ encoder: { weight: 3 } })).toThrow(
      'tree: encoder.weight must be a tensor, it is a number',
    )
    expect(() => leaves([zeros([]), null])).toThrow('tree: 1 must be a tensor, it is null')
    expect(() => leaves(undefined)).toThrow('tree: the root must be a tensor, it is a undefined')
  })
})

describe('mapTree', () => {
  it('keeps the structure and the type', () => {
    const doubled = mapTree((leaf) => mul(leaf, 2), params(3))
    expectTypeOf(doubled).toEqualTypeOf<Params>()
    expect(leaves(doubled).map(({ path }) => path)).toEqual(leaves(params(3)).map(({ path }) => path))
    expect(leaves(doubled).every(({ tensor: leaf }) => leaf.data.every((x) => x === 6))).toBe(true)
    expect(Array.isArray(doubled.layers)).toBe(true)
  })

  it('refuses, by type, a leaf that is no tensor', () => {
    // @ts-expect-error tree: every leaf must be a tensor
    expect(() => mapTree((leaf) => leaf, { rate: 0.1 })).toThrow('rate must be a tensor')
  })

  it('hands each leaf over with its path', () => {
    const paths: string[] = []
    mapTree((leaf, path) => {
      paths.push(path)
      return leaf
    }, params(0))
    expect(paths).toEqual(leaves(params(0)).map(({ path }) => path))
  })
})

describe('zipTree', () => {
  it('combines leaf by leaf', () => {
    const sum = zipTree((a, b, c) => add(add(a!, b!), c!), params(1), params(2), params(4))
    expectTypeOf(sum).toEqualTypeOf<Params>()
    expect(leaves(sum).every(({ tensor: leaf }) => leaf.data.every((x) => x === 7))).toBe(true)
  })

  it('refuses another structure and names where it differs', () => {
    const one: { readonly [name: string]: Tensor<[]> } = { a: zeros([]), b: zeros([]) }
    expect(() => zipTree((a) => a!, one, { a: zeros([]), c: zeros([]) })).toThrow(
      'tree: structures differ at b: the other tree has c',
    )
    expect(() => zipTree((a) => a!, one, { a: zeros([]) })).toThrow(
      'tree: structures differ at b: the other tree has no leaf',
    )
    expect(() => zipTree((a) => a!, { a: zeros([]) } as typeof one, one)).toThrow(
      'tree: structures differ at b: the first tree has no leaf',
    )
  })
})

describe('foldTree', () => {
  it('visits the leaves in canonical order', () => {
    const paths = foldTree((seen, _, path) => [...seen, path], [] as string[], params(0))
    expect(paths).toEqual(leaves(params(0)).map(({ path }) => path))
  })
})

describe('unflatten', () => {
  it('is the inverse of leaves', () => {
    const tree = params(2)
    const tensors = leaves(params(5)).map((leaf) => leaf.tensor)
    expect(leaves(unflatten(tree, tensors)).map((leaf) => leaf.tensor)).toEqual(tensors)
  })

  it('refuses too many and too few tensors', () => {
    expect(() => unflatten({ a: zeros([]) }, [])).toThrow('tree: no tensor is left for a')
    expect(() => unflatten({ a: zeros([]) }, [zeros([]), zeros([])])).toThrow('tree: 1 leaves, but 2 tensors')
  })
})

describe('mapTensors', () => {
  it('leaves everything but tensors as it is', () => {
    class Opaque {
      readonly tensor = zeros([])
    }
    const opaque = new Opaque()
    const f = (): number => 1
    const value = { x: zeros([2]), n: 3, s: 'a', f, none: null, opaque, list: [undefined, zeros([])] }
    const mapped = mapTensors(value, (leaf) => mul(leaf as Tensor<number[]>, 0))
    expect(mapped).toEqual(value)
    expect(mapped.opaque).toBe(opaque)
    expect(mapped.x).not.toBe(value.x)
  })
})

it('isTensor tells tensors from records', () => {
  expect(isTensor(zeros([]))).toBe(true)
  expect([null, 1, {}, { shape: [] }, [zeros([])]].map(isTensor)).toEqual([false, false, false, false, false])
})
