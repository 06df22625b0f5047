import { key, leaves, relu, type Tensor, tanh, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { flatten } from '../layers/reshape.ts'
import { sequential } from '../layers/sequential.ts'
import { type LinearParams, linear } from '../linear.ts'
import { connect } from './connect.ts'
import { convDown, convUp } from './conv.ts'
import { mlp } from './mlp.ts'
import { network } from './network.ts'
import { residualDown, residualUp } from './residual.ts'

describe('network', () => {
  it('knows the shapes of its examples', () => {
    const body = network([1, 28, 28], sequential([flatten(), linear(784, 40), relu]))
    expect([body.input, body.output]).toEqual([[1, 28, 28], [40]])
    const h = body.apply(body.init(key(0)))(zeros([5, 1, 28, 28]))
    expectTypeOf(h).toEqualTypeOf<Tensor<[5, 40]>>()
    expect(h.shape).toEqual([5, 40])
  })

  it('takes examples of its shape alone, also where the compiler knows none', () => {
    // One that flattens took examples of half the size two by two.
    const body = mlp([4], [3])
    const half: Tensor<[number, number]> = zeros([6, 2])
    expect(() => body.apply(body.init(key(0)))(half as Tensor<[number, 4]>)).toThrow(
      'network: an example is [4], the batch is [6, 2]',
    )
  })

  it('refuses layers that do not fit', () => {
    // @ts-expect-error
    expect(() => network([784], linear(28, 400))).toThrow('linear(28, 400): input has 784 features: [1, 784]')
  })
})

describe('mlp', () => {
  it('has a dense layer for each width', () => {
    const body = mlp([1, 4, 4], [8, 3], { activation: tanh })
    expectTypeOf(body.init).returns.toEqualTypeOf<[LinearParams<16, 8>, LinearParams<8, 3>]>()
    const h = body.apply(body.init(key(0)))(zeros([2, 1, 4, 4]))
    expectTypeOf(h).toEqualTypeOf<Tensor<[2, 3]>>()
    expect(leaves(body.init(key(0))).map(({ path, tensor }) => [path, tensor.shape])).toEqual([
      ['0.bias', [8]],
      ['0.weight', [16, 8]],
      ['1.bias', [3]],
      ['1.weight', [8, 3]],
    ])
  })

  it('ends in a dense layer to an output shape, without activation', () => {
    const decoder = mlp([2], [8], [1, 4, 4])
    expectTypeOf(decoder.apply(decoder.init(key(0)))(zeros([3, 2]))).toEqualTypeOf<Tensor<[3, 1, 4, 4]>>()
    const { data } = decoder.apply(decoder.init(key(0)))(zeros([3, 2]))
    expect(Math.min(...data)).toBeLessThan(0)
  })

  it('applies any number of widths', () => {
    const width = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        fc.array(width, { maxLength: 3 }),
        fc.array(width, { minLength: 1, maxLength: 3 }),
        (input, hidden) => {
          const body = mlp(input, hidden)
          expect(body.output).toEqual([hidden.at(-1)])
        },
      ),
    )
  })

  it('refuses a width that counts nothing', () => {
    expect(() => mlp([4], [0])).toThrow('mlp: width must be a whole number above 0, got 0')
  })
})

describe('convDown and convUp', () => {
  it('halve and double images', () => {
    const down = convDown([1, 28, 28], [3, 5])
    const up = convUp([5, 7, 7], [3, 1])
    const h = down.apply(down.init(key(0)))(zeros([2, 1, 28, 28]))
    expectTypeOf(h).toEqualTypeOf<Tensor<[2, 5, 7, 7]>>()
    const y = up.apply(up.init(key(1)))(h)
    expectTypeOf(y).toEqualTypeOf<Tensor<[2, 1, 28, 28]>>()
    expect([h.shape, y.shape]).toEqual([
      [2, 5, 7, 7],
      [2, 1, 28, 28],
    ])
  })

  it('take any size that the strides divide, and no other', () => {
    const size = fc.integer({ min: 1, max: 24 })
    const channels = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(size, size, channels, (height, width, widths) => {
        const factor = 2 ** widths.length
        const build = () => convDown([1, height, width], widths)
        if (height % factor === 0 && width % factor === 0) {
          expect(build().output).toEqual([widths.at(-1), height / factor, width / factor])
          expect(convUp([2, height, width], widths).output).toEqual([
            widths.at(-1),
            height * factor,
            width * factor,
          ])
        } else
          expect(build).toThrow(
            new RegExp(`convDown: strides of 2 do not divide \\[1, ${height}, ${width}\\]: \\d+ is odd`),
          )
      }),
    )
  })

  it('refuse what is no image', () => {
    // @ts-expect-error
    expect(() => convDown([784], [32])).toThrow('convDown: an image has channels, height and width: [784]')
  })
})

describe('residualDown and residualUp', () => {
  it('are the halves of a VQ-VAE', () => {
    const down = residualDown([3, 8, 8], [4, 6], 2, { hidden: 3 })
    const up = residualUp([2, 2, 2], [6, 4, 3], { hidden: 3, blocks: 1 })
    const h = down.apply(down.init(key(0)))(zeros([2, 3, 8, 8]))
    expectTypeOf(h).toEqualTypeOf<Tensor<[2, 2, 2, 2]>>()
    const y = up.apply(up.init(key(1)))(h)
    expectTypeOf(y).toEqualTypeOf<Tensor<[2, 3, 8, 8]>>()
    expect(leaves(down.init(key(0)))).toHaveLength(2 * (2 + 1 + 2 * 2 + 1))
    expect(leaves(up.init(key(0)))).toHaveLength(2 * (1 + 2 + 2))
  })
})

describe('connect', () => {
  it('applies one network after the other', () => {
    const body = connect([convDown([1, 28, 28], [2, 3]), mlp([3, 7, 7], [10])])
    const h = body.apply(body.init(key(0)))(zeros([4, 1, 28, 28]))
    expectTypeOf(h).toEqualTypeOf<Tensor<[4, 10]>>()
    expect([body.input, body.output]).toEqual([[1, 28, 28], [10]])
  })

  it('refuses networks that do not fit', () => {
    expect(() =>
      // @ts-expect-error
      connect([convDown([1, 28, 28], [2, 3]), mlp([2, 7, 7], [10])]),
    ).toThrow('connect: network 1 gives [3, 7, 7], the next takes [2, 7, 7]')
  })
})
