import {
  type AnyTensor,
  add,
  cast,
  div,
  greater,
  matmul,
  mul,
  type Now,
  reshape,
  ShapeError,
  slice,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  tensor,
  transpose,
} from '@vae/tensor'
import type { NoParams } from '../layer.ts'
import type { NoState } from '../objective.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { squaredDistance } from './codebook.ts'
import { entropyPenalty } from './entropy.ts'
import { straightThrough } from './estimator.ts'
import { type Quantizer, quantizerOf } from './quantizer.ts'

/** Lookup-free quantization of D features, a bit each. */
export interface Lfq<D extends number>
  extends Quantizer<'lfq', D, NoParams, NoState, 'commitment' | 'entropy'> {}

/** How the entropy of lookup-free quantization is measured. */
export interface LfqOptions {
  /** Of soft assignments softmax(−‖x − c‖² / temperature); 0.01 unless given. */
  readonly temperature?: number
  /**
   * The entropy over the batch is that of groups of this many bits, 8 unless given, summed: 2^bits assignments for each
   * vector and group. With one group it is exact, with more an upper bound.
   */
  readonly bitsPerGroup?: number
}

const check = (bits: number, temperature: number, bitsPerGroup: number): void => {
  checkLayerSizes('lfq', { dimension: bits, bitsPerGroup })
  if (bits > 31)
    throw new ShapeError(`lfq: dimension must be 31 or less, which an index can hold, got ${bits}`)
  if (!(temperature > 0)) throw new ShapeError(`lfq: temperature must be above 0, got ${temperature}`)
}

/** All codes of some bits, `[2^bits, bits]`, as −1 and 1: the first bit is the last digit of the row's number. */
const signs = (bits: number): Tensor<[number, number]> => {
  const elements = Array.from({ length: 2 ** bits * bits }, (_, i) =>
    (Math.floor(i / bits) >> (i % bits)) & 1 ? 1 : -1,
  )
  return tensor([2 ** bits, bits], elements)
}

/**
 * Lookup-free quantization: each feature becomes its sign, −1 or 1 (of 0: −1), with straight-through gradients. The codebook
 * is the corners of a cube, and an index has a bit for each feature, the first one the lowest. Yu et al., "Language model
 * beats diffusion: tokenizer is key to visual generation" (MAGVIT-v2, 2023), section 3.1.
 *
 * ```ts
 * const quantizer = lfq(10) // 1024 codes
 * const { params, state } = quantizer.init(key(0))
 * const x = normal(key(1), [128, 10])
 * const { losses } = quantizer.quantize(params, state)(x, ones([128]), key(2))
 * losses.entropy // Tensor<[128]>
 * ```
 *
 * Losses are `commitment`, ‖x − sg(sign x)‖², and `entropy`, see `entropyPenalty`: without it codes collapse. More than 31
 * features throw a `ShapeError`.
 */
export const lfq = <D extends number, Moment = Now>(
  dimension: GuardSize<Moment, 'lfq', 'dimension', D>,
  { temperature = 0.01, bitsPerGroup = 8 }: LfqOptions = {},
): Lfq<D> => {
  const bits = dimension as D
  check(bits, temperature, bitsPerGroup)
  const powers: TensorOf<[D], 'i32'> = tensor(
    [bits],
    Array.from({ length: bits }, (_, i) => 2 ** i),
    'i32',
  )
  const groups = Array.from({ length: Math.ceil(bits / bitsPerGroup) }, (_, g) => {
    const [from, to] = [g * bitsPerGroup, Math.min(bits, (g + 1) * bitsPerGroup)]
    return { from, to, corners: signs(to - from) }
  })

  const bitsOf = <N extends number>(x: Tensor<[N, D]>): TensorOf<[N, D], 'i32'> => cast(greater(x, 0), 'i32')
  const cornerOf = <N extends number>(ones: TensorOf<[N, D], 'i32'>): Tensor<[N, D]> =>
    sub(mul(cast(ones, 'f32'), 2), 1)
  const indexOf = <N extends number>(x: Tensor<[N, D]>): TensorOf<[N], 'i32'> =>
    sum(mul(bitsOf(x), powers), [1])
  const entropy = <N extends number>(x: Tensor<[N, D]>, weights: Tensor<[N]>): Tensor<[N]> =>
    groups
      .map(({ from, to, corners }) => {
        // The columns of a group are some of D, which only the run knows.
        const own = slice(x as AnyTensor as Tensor<[N, number]>, 1, from, to) as Tensor<[N, number]>
        // −‖x − c‖² is 2 x · c and what all corners share
        const logits: Tensor<[N, number]> = mul(matmul(own, transpose(corners)), 2 / temperature)
        return entropyPenalty(logits, weights)
      })
      .reduce((total, one) => add(total, one))

  return quantizerOf<'lfq', D, NoParams, NoState, 'commitment' | 'entropy', []>({
    kind: 'lfq',
    dimension: bits,
    codes: 2 ** bits,
    codebooks: [2 ** bits],
    stages: [],
    init: () => ({ params: {}, state: {} }),
    quantize:
      (_, state) =>
      <N extends number>(x: Tensor<[N, D]>, weights: Tensor<[N]>) => {
        const corner = cornerOf(bitsOf(x))
        return {
          quantized: straightThrough(x, corner),
          indices: indexOf(x),
          losses: { commitment: squaredDistance(x, corner), entropy: entropy(x, weights) },
          state,
        }
      },
    encode: () => indexOf,
    decode:
      () =>
      <N extends number>(indices: TensorOf<[N], 'i32'>) => {
        const shifted: TensorOf<[N, D], 'i32'> = div(reshape(indices, [indices.shape[0], 1]), powers)
        return cornerOf(sub(shifted, mul(div(shifted, 2), 2)))
      },
    fit: () => ({ params: {}, state: {} }),
  })
}
