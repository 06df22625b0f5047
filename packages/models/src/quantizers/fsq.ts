import {
  add,
  type Count,
  cast,
  div,
  floor,
  type Guard,
  type Is,
  log,
  mul,
  type Now,
  type Refused,
  reshape,
  type Shape,
  ShapeError,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  tanh,
  tensor,
} from '@vae/tensor'
import type { NoParams } from '../layer.ts'
import type { NoState } from '../objective.ts'
import { straightThrough } from './estimator.ts'
import { type Quantizer, quantizerOf } from './quantizer.ts'

/** Finite scalar quantization with a number of levels for each feature. */
export interface Fsq<L extends Shape> extends Quantizer<'fsq', L['length'], NoParams, NoState> {
  readonly levels: L
}

/** True for numbers of levels, or a refusal of the first that is none. */
export type LevelsProblem<Moment, L> = L extends readonly [infer N, ...infer Rest]
  ? Is<Moment, Count<N>, 'no'> extends true
    ? NoLevels<N>
    : N extends 1
      ? NoLevels<N>
      : LevelsProblem<Moment, Rest>
  : true

export type NoLevels<N> = Refused<`fsq: levels must be whole numbers from 2 to 1000, got ${N & number}`>

/** The largest index that an i32 holds, plus 1. */
const mostCodes = 2 ** 31

/** The run-time twin of `LevelsProblem`; throws a `ShapeError`, also where the codes are more than an index can tell. */
const check = (levels: Shape): void => {
  const wrong = levels.find((level) => !Number.isInteger(level) || level < 2 || level > 1000)
  if (wrong !== undefined)
    throw new ShapeError(`fsq: levels must be whole numbers from 2 to 1000, got ${wrong}`)
  const codes = levels.reduce((product, level) => product * level, 1)
  if (levels.length === 0 || codes > mostCodes)
    throw new ShapeError(
      `fsq: levels must make from 2 to 2147483648 codes, [${levels.join(', ')}] makes ${codes}`,
    )
}

/** How far the bounds lie beyond the outermost levels, so that these can be reached, also those of two levels. */
const margin = 1e-3

const product = (levels: Shape): number => levels.reduce((total, level) => total * level, 1)

/** The quantizer to a grid with the given levels, one for each of D features. */
const gridOf = <D extends number>(dimension: D, levels: Shape): Quantizer<'fsq', D, NoParams, NoState> => {
  const halves = levels.map((level) => Math.floor(level / 2))
  const half: Tensor<[D]> = tensor([dimension], halves)
  const bound: Tensor<[D]> = tensor(
    [dimension],
    levels.map((level) => ((level - 1) * (1 + margin)) / 2),
  )
  const offset: Tensor<[D]> = tensor(
    [dimension],
    levels.map((level) => (level % 2 === 0 ? 0.5 : 0)),
  )
  const middle: TensorOf<[D], 'i32'> = tensor([dimension], halves, 'i32')
  const radix: TensorOf<[D], 'i32'> = tensor([dimension], [...levels], 'i32')
  const place: TensorOf<[D], 'i32'> = tensor(
    [dimension],
    levels.map((_, i) => product(levels.slice(0, i))),
    'i32',
  )

  /** Level of each feature, from −⌊L / 2⌋ on, before it is rounded. */
  const bounded = <N extends number>(x: Tensor<[N, D]>): Tensor<[N, D]> => {
    const ratio = div(offset, bound)
    const shift: Tensor<[D]> = mul(log(div(add(ratio, 1), sub(1, ratio))), 0.5)
    return sub(mul(tanh(add(x, shift)), bound), offset)
  }
  const rounded = <N extends number>(x: Tensor<[N, D]>): Tensor<[N, D]> => floor(add(x, 0.5))
  const indexOf = <N extends number>(grid: Tensor<[N, D]>): TensorOf<[N], 'i32'> =>
    sum(mul(add(cast(grid, 'i32'), middle), place), [1])

  return quantizerOf<'fsq', D, NoParams, NoState, never, []>({
    kind: 'fsq',
    dimension,
    codes: product(levels),
    codebooks: [product(levels)],
    stages: [],
    init: () => ({ params: {}, state: {} }),
    quantize:
      (_, state) =>
      <N extends number>(x: Tensor<[N, D]>) => {
        const position = bounded(x)
        const grid = rounded(stopGradient(position))
        return {
          quantized: div(straightThrough(position, grid), half),
          indices: indexOf(grid),
          losses: {},
          state,
        }
      },
    encode: () => (x) => indexOf(rounded(bounded(x))),
    decode:
      () =>
      <N extends number>(indices: TensorOf<[N], 'i32'>): Tensor<[N, D]> => {
        const shifted = div(reshape(indices, [indices.shape[0], 1]), place)
        const digits = sub(shifted, mul(div(shifted, radix), radix))
        return div(cast(sub(digits, middle), 'f32'), half)
      },
    fit: () => ({ params: {}, state: {} }),
  })
}

/**
 * Finite scalar quantization: each feature is bounded by a tanh and rounded to one of its levels, with the gradient of the
 * bound. There is no codebook that could collapse, and nothing to learn: the codes are a grid between −1 and 1. Mentzer
 * et al., "Finite scalar quantization: VQ-VAE made simple" (2023), section 3.1 and appendix A.1; the offset of even
 * numbers of levels goes through artanh, so that 0 is bounded to 0, where the paper's code has a tangent.
 *
 * ```ts
 * const quantizer = fsq([8, 5, 5, 5]) // 1000 codes
 * const { params, state } = quantizer.init(key(0))
 * quantizer.encode(params, state)(zeros([128, 4])) // TensorOf<[128], 'i32'>
 * ```
 *
 * Indices are mixed radix numbers: the level of the first feature is the last digit. Levels below 2 do not compile, or
 * throw a `ShapeError`.
 *
 * ```ts
 * fsq([8, 1])
 * // error: fsq: levels must be whole numbers from 2 to 1000, got 1
 * ```
 */
export const fsq = <const L extends Shape, Moment = Now>(
  levels: Guard<LevelsProblem<Moment, L>, readonly [...L]>,
): Fsq<L> => {
  const counts = levels as Shape as L
  check(counts)
  return { ...gridOf<L['length']>(counts.length, counts), levels: counts }
}
