import { referenceEngine } from '@vae/autograd'
import { key, normal, type Tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { posteriorsOf } from './posteriors.ts'
import { batchesOf, encode, type LinearParams, linearParams } from './testing/linear-gaussian.ts'

const examples = normal(key(0), [11, 3]) as Tensor<[number, 3]>

describe('posteriorsOf', () => {
  const encoder = posteriorsOf(
    referenceEngine,
    (params: LinearParams, { x }: { x: Tensor<[number, 3]>; weights: Tensor<[number]> }) => encode(params, x),
  )

  it('gives those of all examples in order, whatever the batch size, without padding', async () => {
    const expected = encode(linearParams, examples)
    for (const size of [1, 4, 11, 20]) {
      const { mean, logVar } = await encoder.run(linearParams, batchesOf(examples, size))
      expect(mean.shape).toEqual([11, 2])
      expect([...mean.data]).toEqual([...expected.mean.data])
      expect([...logVar.data]).toEqual([...expected.logVar.data])
    }
  })

  it('pauses after each batch, and gives none for none', async () => {
    let turns = 0
    const pause = async () => {
      turns++
    }
    await encoder.run(linearParams, batchesOf(examples, 4), pause)
    expect(turns).toBe(3)
    expect((await encoder.run(linearParams, [])).mean.shape).toEqual([0, 0])
  })
})
