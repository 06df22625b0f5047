/**
 * Widens IEEE 754 binary16 numbers, given by their bits, to 32-bit floats. Exact: every half is a float.
 *
 * @example
 * ```ts
 * floatsFromHalves(new Uint16Array([0x3c00, 0xc000])) // → [1, -2]
 * ```
 */
export const floatsFromHalves = (halves: Uint16Array): Float32Array => {
  const floats = new Float32Array(halves.length)
  const bits = new Uint32Array(floats.buffer)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!
    const sign = (half & 0x8000) << 16
    const exponent = (half >> 10) & 31
    const fraction = half & 0x3ff
    if (exponent === 31) bits[i] = sign | 0x7f800000 | (fraction << 13)
    else if (exponent !== 0) bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13)
    else {
      // Subnormal halves are multiples of 2⁻²⁴, and normal as floats.
      floats[i] = fraction * 2 ** -24
      bits[i] = bits[i]! | sign
    }
  }
  return floats
}

/**
 * Widens bfloat16 numbers, given by their bits, to 32-bit floats: a bfloat16 is the upper half of a float.
 *
 * @example
 * ```ts
 * floatsFromBfloats(new Uint16Array([0x3f80])) // → [1]
 * ```
 */
export const floatsFromBfloats = (bfloats: Uint16Array): Float32Array => {
  const floats = new Float32Array(bfloats.length)
  const bits = new Uint32Array(floats.buffer)
  for (let i = 0; i < bfloats.length; i++) bits[i] = bfloats[i]! << 16
  return floats
}
