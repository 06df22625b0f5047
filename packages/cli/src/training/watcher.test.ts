import { referenceEngine } from '@vae/autograd'
import { exerciseMixture } from '@vae/data'
import { key, mapTensors, zeros } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { describeData } from '../data.ts'
import { buildModel, type ModelKind, settingsFrom } from '../models/registry.ts'
import { watcherOf } from './watcher.ts'

const data = exerciseMixture.draw(key(0), 600, 'train')
const description = describeData('mixture')
const context = { example: [8], isImages: false, noun: 'example', trainExamples: 600 }

const modelOf = (kind: ModelKind, options: object) => {
  const built = buildModel(settingsFrom(kind, options, description, 100), context, 'none')
  if (E.isLeft(built)) throw new Error(built.left.message)
  return built.right
}

describe('a watcher', () => {
  it('says once, and again after all was well, when the same trouble is seen twice in a row', () => {
    const model = modelOf('vae', { latent: 8, hidden: [6] })
    const well = model.init(key(1))
    const collapsed = { ...well, params: mapTensors(well.params, ({ shape }) => zeros([...shape])) }
    const { look } = watcherOf(referenceEngine, model, data)
    const says = [well, collapsed, collapsed, collapsed, well, collapsed, collapsed].map(look)
    const sentence =
      'posterior collapse: none of 8 latent units is active, the decoder ignores them; warm β up, lower it or use free bits'
    expect(says).toEqual([null, null, sentence, null, null, null, sentence])
  })

  it('tells which codebook is hardly used', () => {
    const model = modelOf('rvq', { hidden: [6], codes: 64 })
    const start = model.init(key(1))
    const collapsed = { ...start, params: mapTensors(start.params, ({ shape }) => zeros([...shape])) }
    const { look } = watcherOf(referenceEngine, model, data)
    look(collapsed)
    expect(look(collapsed)).toMatch(
      /^codebook 1: codebook collapse: 1 of 64 codes are used, perplexity 1\.0; /,
    )
  })

  it('has nothing to say of an autoencoder', () => {
    const model = modelOf('ae', { hidden: [6] })
    expect(watcherOf(referenceEngine, model, data).look(model.init(key(1)))).toBeNull()
  })
})
