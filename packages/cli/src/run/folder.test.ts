import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextName } from './folder.ts'

describe('nextName', () => {
  it('counts on from the highest number, and never names what is there', () => {
    expect(nextName([], 'mnist-vae')).toBe('mnist-vae-1')
    expect(nextName(['mnist-vae-2', 'mnist-vae-x', 'other-9'], 'mnist-vae')).toBe('mnist-vae-3')
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (numbers) => {
        const taken = numbers.map((number) => `a-${number}`)
        expect(taken).not.toContain(nextName(taken, 'a'))
      }),
    )
  })
})
