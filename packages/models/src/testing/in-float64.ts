import { evaluate, recordFunction } from '@vae/autograd'
import type { AnyTensor, Block } from '@vae/tensor'

/**
 * A function of tensors with every float held in float64, from numbers to numbers: so that laws are tested on the formula
 * and not on rounding. Recorded once, at the shapes of `like`.
 */
export const inFloat64 = <A extends readonly AnyTensor[]>(
  f: (...args: A) => AnyTensor,
  like: A,
): ((...args: { readonly [K in keyof A]: readonly number[] }) => readonly number[]) => {
  const { tape } = recordFunction<A, AnyTensor>(f, like)
  return (...args) => {
    const blocks = like.map<Block>(({ shape, dtype }, index) => ({
      shape,
      dtype,
      data: dtype === 'f32' ? Float64Array.from(args[index]!) : Int32Array.from(args[index]!),
    }))
    return [...evaluate(tape, blocks, 'f64')[0]!.data]
  }
}
