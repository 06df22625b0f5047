import { recordFunction } from '@vae/autograd'
import {
  type AnyTensor,
  add,
  avgPool2d as averaged,
  conv2d as convolved,
  foldTree,
  gelu,
  key,
  leaves,
  mul,
  normal,
  maxPool2d as pooled,
  relu,
  reshape,
  sizeOf,
  type Tensor,
  tensor,
  convTranspose2d as transposed,
  upsampleNearest,
} from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import {
  type AnyLayer,
  avgPool2d,
  batchNorm,
  conv2d,
  convTranspose2d,
  embedding,
  flatten,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  residual,
  rmsNorm,
  selfAttention,
  sequential,
  spatialSelfAttention,
  unflatten,
  upsample,
} from './index.ts'

const x = normal(key(1), [2, 4, 6, 6])

const moments = (values: ArrayLike<number>): { readonly mean: number; readonly variance: number } => {
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  return { mean, variance: list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length }
}

const close = (actual: AnyTensor, expected: AnyTensor): void => {
  expect(actual.shape).toEqual(expected.shape)
  actual.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.data[i]!, 4)
  })
}

describe('layers apply their operations', () => {
  it('convolutions add a bias for each output channel', () => {
    const down = conv2d(4, 8, { kernel: 4, stride: 2, padding: 1, groups: 2 })
    const params = down.init(key(0))
    const options = { stride: 2, padding: 1, groups: 2 } as const
    const y = convolved(x, params.weight, options)
    expect(down.apply(params)(x)).toEqual(add(y, reshape(params.bias, [8, 1, 1])))

    const up = convTranspose2d(4, 2, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 })
    const own = up.init(key(0))
    const z = transposed(x, own.weight, { stride: 2, padding: 1, outputPadding: 1 })
    expect(up.apply(own)(x)).toEqual(add(z, reshape(own.bias, [2, 1, 1])))
  })

  it('convolutions start uniform on ±1/√fanIn, as in PyTorch', () => {
    const { weight, bias } = conv2d(4, 64, { kernel: 3 }).init(key(0))
    const bound = 1 / Math.sqrt(4 * 9)
    for (const { data } of [weight, bias]) expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(bound)
    expect(moments(weight.data).variance).toBeCloseTo(bound ** 2 / 3, 3)
    const up = convTranspose2d(64, 4, { kernel: 3 }).init(key(0))
    expect(Math.max(...up.weight.data.map(Math.abs))).toBeCloseTo(bound, 2)
  })

  it('pooling, upsampling and reshaping', () => {
    expect(maxPool2d(2).apply({})(x)).toEqual(pooled(x, { kernel: 2 }))
    expect(avgPool2d(3, { stride: 1, padding: 'same' }).apply({})(x)).toEqual(
      averaged(x, { kernel: 3, stride: 1, padding: 'same' }),
    )
    expect(upsample(2).apply({})(x)).toEqual(upsampleNearest(x, 2))
    const flat = flatten().apply({})(x)
    expect(flat.shape).toEqual([2, 144])
    expect(unflatten([4, 6, 6]).apply({})(flat)).toEqual(x)
  })

  it('normalizations scale and shift', () => {
    const scaled = <P extends { readonly scale: Tensor<[C]> }, C extends number>(params: P): P => ({
      ...params,
      scale: mul(params.scale, 3),
    })
    const overChannels = [groupNorm(2, 4), batchNorm(4)] as const
    for (const norm of overChannels)
      close(norm.apply(scaled(norm.init(key(0))))(x), mul(norm.apply(norm.init(key(0)))(x), 3))
    for (const norm of [layerNorm(6), rmsNorm(6)] as const) {
      const y: AnyTensor = norm.apply(scaled<never, 6>(norm.init(key(0)) as never))(x)
      close(y, mul(norm.apply(norm.init(key(0)) as never)(x), 3))
    }
    const { mean, variance } = moments(
      groupNorm(1, 4)
        .apply(groupNorm(1, 4).init(key(0)))(x)
        .data.slice(0, 144),
    )
    expect(mean).toBeCloseTo(0, 4)
    expect(variance).toBeCloseTo(1, 3)
  })

  it('embeddings look up rows', () => {
    const words = embedding(5, 3)
    const params = words.init(key(0))
    const rows = words.apply(params)(tensor([2], [4, 0], 'i32'))
    expect([...rows.data]).toEqual([...params.table.data.slice(12), ...params.table.data.slice(0, 3)])
  })

  it('self-attention does not depend on the order of other positions, and causal not on later ones', () => {
    const tokens = normal(key(2), [1, 4, 8])
    const swapped = tensor(
      [1, 4, 8],
      [0, 2, 1, 3].flatMap((t) => [...tokens.data.slice(t * 8, t * 8 + 8)]),
    )
    const row = (y: AnyTensor, t: number) => tensor([8], [...y.data.slice(t * 8, t * 8 + 8)])
    const free = selfAttention(8, { heads: 2 })
    const params = free.init(key(3))
    const [y, z] = [free.apply(params)(tokens), free.apply(params)(swapped)]
    close(row(y, 0), row(z, 0))
    close(row(y, 1), row(z, 2))

    const causal = selfAttention(8, { heads: 2, causal: true })
    close(row(causal.apply(params)(tokens), 0), row(causal.apply(params)(swapped), 0))
  })

  it('spatial self-attention is self-attention between pixels', () => {
    const spatial = spatialSelfAttention(4)
    const params = spatial.init(key(0))
    const y = spatial.apply(params)(x)
    const at = (of: AnyTensor, c: number, position: number) => of.data[c * 36 + position]!
    const pixels = tensor(
      [1, 36, 4],
      Array.from({ length: 144 }, (_, i) => at(x, i % 4, Math.floor(i / 4))),
    )
    const z = selfAttention(4).apply(params)(pixels)
    for (let i = 0; i < 144; i++) expect(at(y, i % 4, Math.floor(i / 4))).toBeCloseTo(z.data[i]!, 4)
  })
})

describe('combinators', () => {
  const body = sequential([linear(6, 8), relu, linear(8, 6)])

  it('sequential applies one layer after the other, each with its own parameters', () => {
    const params = body.init(key(0))
    const [first, , last] = params
    expect(body.apply(params)(x)).toEqual(linear(8, 6).apply(last)(relu(linear(6, 8).apply(first)(x))))
    expect(leaves(params).map(({ path }) => path)).toEqual(['0.bias', '0.weight', '2.bias', '2.weight'])
  })

  it('sequential makes different parameters for equal layers', () => {
    const [a, b] = sequential([linear(4, 4), linear(4, 4)]).init(key(0))
    expect(a.weight).not.toEqual(b.weight)
  })

  it('residual adds its input, or what the shortcut makes of it', () => {
    const plain = residual(body)
    const params = plain.init(key(0))
    expect(plain.apply(params)(x)).toEqual(add(body.apply(params.body)(x), x))

    const changed = residual(linear(6, 3), linear(6, 3))
    const own = changed.init(key(0))
    expect(changed.apply(own)(x)).toEqual(
      add(linear(6, 3).apply(own.body)(x), linear(6, 3).apply(own.shortcut)(x)),
    )
  })

  it('300 layers run', () => {
    const many: readonly AnyLayer[] = Array.from({ length: 300 }, (_, i) =>
      i % 2 === 0 ? linear(2, 2) : gelu,
    )
    const deep = sequential(many as never)
    expect(leaves(deep.init(key(0)))).toHaveLength(300)
  })

  it('names the layer that refuses its input', () => {
    const nested = sequential([relu, sequential([relu, linear(4, 5)])])
    const input: Tensor<number[]> = normal(key(0), [8, 3])
    expect(() => nested.apply(nested.init(key(0)))(input)).toThrow(
      'layer 2: layer 2: linear(4, 5): input has 3 features: [8, 3]',
    )
  })

  it('records as one tape', () => {
    const net = sequential([
      conv2d(4, 4, { kernel: 3, padding: 'same' }),
      groupNorm(2, 4),
      gelu,
      residual(spatialSelfAttention(4)),
      maxPool2d(2),
      flatten(),
      linear(36, 2),
    ])
    const params = net.init(key(0))
    const { tape } = recordFunction((p: typeof params, input: typeof x) => net.apply(p)(input), [params, x])
    expect(tape).toBeDefined()
    expect(foldTree((count, { shape }) => count + sizeOf(shape), 0, params)).toBe(
      4 * 4 * 9 + 4 + 8 + 4 * (16 + 4) + 36 * 2 + 2,
    )
  })
})
