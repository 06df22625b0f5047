import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStages, epochsOf, type Recipe, rateOf, recipes } from './recipes.ts'

const stages = fc.integer({ min: 1, max: allStages })

test('the stages of Burda et al. are 3,280 epochs in all, and five of them 121', () => {
  expect(epochsOf(recipes(allStages)['vae-dynamic'])).toBe(3280)
  expect(epochsOf(recipes(5)['iwae-5-static'])).toBe(121)
})

test('the learning rate falls from 10⁻³ in the first epoch to 10⁻⁴ in the last of all stages', () => {
  const whole: Recipe = recipes(allStages)['vae-dynamic']
  expect(rateOf(whole, 1)).toBeCloseTo(1e-3, 12)
  expect(rateOf(whole, 3280)).toBeCloseTo(1e-4, 12)
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3280 }), (epoch) => {
      expect(rateOf(whole, epoch)).toBeLessThanOrEqual(rateOf(whole, epoch - 1))
    }),
  )
})

test('fewer stages are the beginning of more', () => {
  fc.assert(
    fc.property(stages, fc.nat(), (count, choice) => {
      const part: Recipe = recipes(count)['vae-static']
      const epoch = 1 + (choice % epochsOf(part))
      expect(rateOf(part, epoch)).toBe(rateOf(recipes(allStages)['vae-static'], epoch))
    }),
  )
})

test('there is no rate after the last epoch', () => {
  expect(() => rateOf(recipes(1)['vae-static'], 2)).toThrow('epoch 2 is beyond the 1 of the recipe')
})
