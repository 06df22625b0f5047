import { compileWith, type Engine, referenceEngine } from '@vae/autograd'
import {
  fsq,
  groupedQuantizer,
  lfq,
  type Quantizer,
  type QuantizerStart,
  residualQuantizer,
  vectorQuantizer,
} from '@vae/models'
import { type Key, key, leaves, normal, ones, type Tensor, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { describe, expect, it } from 'vitest'

/** A whole step: codes, indices, losses and the next state, and what decode makes of the indices. */
const stepOf = <Kind extends string, P, S, Loss extends string, Stages extends readonly number[]>(
  quantizer: Quantizer<Kind, 8, P, S, Loss, Stages>,
) => ({
  start: (x: Tensor<[number, 8]>, weights: Tensor<[number]>, from: Key): QuantizerStart<P, S> =>
    x.shape[0] < 40 ? quantizer.init(from) : quantizer.fit(x, weights, from, { iterations: 3 }),
  step: (
    { params, state }: QuantizerStart<P, S>,
    x: Tensor<[number, 8]>,
    weights: Tensor<[number]>,
    draw: Key,
  ) => {
    const result = quantizer.quantize(params, state)(x, weights, draw)
    return { ...result, decoded: quantizer.decode(params, state)(result.indices) }
  },
})

const stage = vectorQuantizer(8, 12, { learning: 'ema', decay: 0.8, restart: { threshold: 0.5 } })

const quantizers = {
  averages: stepOf(stage),
  rotation: stepOf(vectorQuantizer(8, 12, { learning: 'ema', metric: 'cosine', estimator: 'rotation' })),
  gradient: stepOf(vectorQuantizer(8, 12, { learning: 'gradient', entropy: { temperature: 2 } })),
  residual: stepOf(residualQuantizer(stage, 3, { dropout: { minimum: 1 } })),
  grouped: stepOf(groupedQuantizer(8, 2, vectorQuantizer(4, 5, { learning: 'ema' }))),
  fsq: stepOf(fsq([8, 5, 5, 2, 3, 4, 2, 7])),
  lfq: stepOf(lfq(8, { temperature: 2, bitsPerGroup: 5 })),
} as const

const wasm = await wasmEngine()

/** The start and three steps of a quantizer on an engine. */
const run = (engine: Engine, { start, step }: (typeof quantizers)['averages'], n: number) => {
  const [compiledStart, compiledStep] = [compileWith(engine)(start), compileWith(engine)(step)]
  const weights = tensor(
    [n],
    Float32Array.from({ length: n }, (_, i) => (i % 7 === 3 ? 0 : 1)),
  )
  let { params, state } = compiledStart(normal(key(1), [n, 8]), weights, key(2))
  const results = [0, 1, 2].map((at) => {
    const result = compiledStep({ params, state }, normal(key(3 + at), [n, 8]), weights, key(9 + at))
    state = result.state
    return result
  })
  return leaves(results).map(({ path, tensor: { dtype, data } }) => ({ path, dtype, data: [...data] }))
}

describe.each(Object.keys(quantizers) as (keyof typeof quantizers)[])('%s', (name) => {
  it.each([5, 64])('the engine computes what the reference does, on %i vectors', (n) => {
    // All have the type of one of them: what they carry is a tree to the engine.
    const quantizer = quantizers[name] as unknown as (typeof quantizers)['averages']
    const [actual, expected] = [run(wasm, quantizer, n), run(referenceEngine, quantizer, n)]
    expect(actual.map(({ path }) => path)).toEqual(expected.map(({ path }) => path))
    actual.forEach(({ path, dtype, data }, at) => {
      const wanted = expected[at]!.data
      if (dtype === 'i32') expect([path, data]).toEqual([path, wanted])
      else
        data.forEach((value, i) => {
          // sums of some tens of float32 in another order
          const tolerance = 1e-5 * (1 + Math.abs(wanted[i]!))
          expect(Math.abs(value - wanted[i]!), `${path}[${i}]`).toBeLessThanOrEqual(tolerance)
        })
    })
  })
})

describe('a step of a vector quantizer', () => {
  const matrix = /f32 \[1000, 300\]/
  const explained = <P, S, Loss extends string>(
    quantizer: Quantizer<'vectorQuantizer', 16, P, S, Loss>,
  ): string => {
    const step = compileWith(wasm)(
      (start: QuantizerStart<P, S>, x: Tensor<[1000, 16]>, weights: Tensor<[1000]>, draw: Key) =>
        quantizer.quantize(start.params, start.state)(x, weights, draw),
    )
    step(quantizer.init(key(0)), normal(key(1), [1000, 16]), ones([1000]), key(2))
    return step.explain()
  }

  it('stores no matrix of distances, of vectors by codes', () => {
    const account = explained(vectorQuantizer(16, 300, { learning: 'ema', restart: { threshold: 0.1 } }))
    expect(account).toMatch(/matmul argmin f32 \[1000, 16\], f32 \[300, 16\]/)
    expect(account).not.toMatch(matrix)
  })

  it('stores one for soft assignments only', () => {
    expect(explained(vectorQuantizer(16, 300, { learning: 'ema', entropy: { temperature: 1 } }))).toMatch(
      matrix,
    )
  })
})
