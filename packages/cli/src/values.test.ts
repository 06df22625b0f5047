import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { folderName, nonNegative, oneOf, positive, wholeNumber } from './values.ts'

describe('option values', () => {
  it('accept numbers as they are written', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 1e-30, max: 100, noNaN: true }), (whole, number) => {
        expect(wholeNumber('--n', 0, 2 ** 31)(String(whole))).toBe(whole)
        expect(positive('--x', 100)(String(number))).toBe(number)
        expect(nonNegative('--x', 100)(number.toExponential())).toBe(number)
      }),
    )
  })

  it.each(['', ' ', '1.5', '-1', 'abc', '0x10', 'Infinity', 'NaN', '1e400', '3 ', '1,000'])(
    'refuse %j as a whole number',
    (text) => {
      expect(() => wholeNumber('--n', 1, 100)(text)).toThrow(
        `--n: expected a whole number from 1 to 100, got ${text === '' ? 'nothing' : text}`,
      )
    },
  )

  it('refuse what is out of range', () => {
    expect(() => positive('--lr', 10)('0')).toThrow('--lr: expected a number above 0, at most 10, got 0')
    expect(() => nonNegative('--beta', 10)('-1')).toThrow('--beta: expected a number from 0 to 10, got -1')
    expect(() => oneOf('--engine', ['wasm', 'reference'])('gpu')).toThrow(
      '--engine: expected wasm or reference, got gpu',
    )
    for (const name of ['', '.', '..', '../a', 'a/b', '-a', 'a b'])
      expect(() => folderName('--name')(name)).toThrow('--name: expected a name of letters')
  })
})
