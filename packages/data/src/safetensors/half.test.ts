import { describe, expect, it } from 'vitest'
import { floatsFromBfloats, floatsFromHalves } from './half.ts'

/** The value of a half by the definition of IEEE 754, section 3.4. */
const definition = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const everyPattern = Uint16Array.from({ length: 65536 }, (_, bits) => bits)

describe('half precision', () => {
  it('widens every half to the number that the standard defines', () => {
    expect(floatsFromHalves(everyPattern)).toEqual(Float32Array.from(everyPattern, definition))
  })

  it('keeps the sign of zero', () => {
    expect(Object.is(floatsFromHalves(Uint16Array.of(0x8000))[0], -0)).toBe(true)
  })

  it('widens every bfloat16 to the float with the same upper half', () => {
    const floats = floatsFromBfloats(everyPattern)
    expect(new Uint32Array(floats.buffer)).toEqual(
      Uint32Array.from(everyPattern, (bits) => (bits << 16) >>> 0),
    )
  })
})
