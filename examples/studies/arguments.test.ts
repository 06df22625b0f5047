import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chosen, wholeNumber } from './arguments.ts'

test('whole numbers in the range are taken, and nothing else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (value) => {
      expect(wholeNumber('stages', String(value), { most: 40 })).toBe(value)
      expect(wholeNumber('stages', String(value))).toBe(value)
    }),
  )
  for (const text of ['0', '-1', '1.5', 'two', '41', 'NaN', 'Infinity'])
    expect(() => wholeNumber('stages', text, { most: 40 })).toThrow(
      `--stages: expected a whole number from 1 to 40, got ${text}`,
    )
  expect(() => wholeNumber('threads', '0')).toThrow('--threads: expected a whole number of 1 or more, got 0')
})

test('names are chosen in the order in which they are known; without any, all are', () => {
  const known = ['vae', 'beta-tcvae', 'factor-vae'] as const
  fc.assert(
    fc.property(fc.subarray([...known]), (names) => {
      const wanted = names.length === 0 ? known : known.filter((name) => names.includes(name))
      expect(chosen('model', [...names].reverse(), known)).toEqual(wanted)
    }),
  )
  expect(() => chosen('model', ['vae', 'gan'], known)).toThrow(
    'there is no model gan, but vae, beta-tcvae, factor-vae',
  )
})
