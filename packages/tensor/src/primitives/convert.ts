import type { DType } from '../dtype.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'

/** The whole numbers that an integer dtype holds. */
const ranges: Partial<Record<DType, readonly [low: number, high: number]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  u8: [0, 255],
}

/** By value: towards zero and saturating for integers (NaN becomes 0), ≠ 0 for bool. */
const convert = (dtype: DType): ((x: number) => number) => {
  if (dtype === 'f32') return (x) => x
  if (dtype === 'bool') return (x) => (x !== 0 ? 1 : 0)
  const [low, high] = ranges[dtype]!
  return (x) => (Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, Math.trunc(x))))
}

export const cast: Definition<'cast'> = {
  spec: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  evaluate: ([x], { dtype }, result) => {
    const f = convert(dtype)
    for (let i = 0; i < result.data.length; i++) result.data[i] = f(x!.data[i]!)
  },
}

const bits = new DataView(new ArrayBuffer(4))
const write = {
  f32: (x: number) => bits.setFloat32(0, x),
  i32: (x: number) => bits.setInt32(0, x),
  u32: (x: number) => bits.setUint32(0, x),
}
const read = {
  f32: () => bits.getFloat32(0),
  i32: () => bits.getInt32(0),
  u32: () => bits.getUint32(0),
}

export const bitcast: Definition<'bitcast'> = {
  spec: ([x], { dtype }) => {
    if (x!.dtype === 'u8' || x!.dtype === 'bool')
      throw new ShapeError(`bitcast: ${x!.dtype} does not have the 32 bits of ${dtype}`)
    return { shape: x!.shape, dtype }
  },
  evaluate: ([x], { dtype }, result) => {
    const from = x!.dtype as keyof typeof write
    for (let i = 0; i < result.data.length; i++) {
      write[from](x!.data[i]!)
      result.data[i] = read[dtype]()
    }
  },
}
