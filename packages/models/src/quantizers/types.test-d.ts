/*
 * The exact types of quantizers on sizes of every kind, and generic code without a cast. What must not compile, with its
 * sentence, is in the corpus of messages.
 */
import { type Dim, type Key, key, type Multiply, ones, type Tensor, type TensorOf, zeros } from '@vae/tensor'
import {
  type EmaState,
  fromVectors,
  fsq,
  groupedQuantizer,
  lfq,
  type NoParams,
  type NoState,
  type Quantizer,
  residualQuantizer,
  toVectors,
  vectorQuantizer,
} from '../index.ts'

/** True when A and B are the same type, and not only assignable to each other. */
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** `is<Expected>()(x)` compiles when the type of x is exactly `Expected`. */
declare const is: <E>() => <A>(a: A & (Eq<A, E> extends true ? unknown : { readonly expected: E })) => void

const k = key(0)

// What learns by averages has a state, what learns by gradients has parameters.
const averaged = vectorQuantizer(64, 512, { learning: 'ema', estimator: 'rotation', metric: 'cosine' })
is<NoParams>()(averaged.init(k).params)
is<EmaState<512, 64>>()(averaged.init(k).state)
const learned = vectorQuantizer(64, 512, { learning: 'gradient', entropy: { temperature: 1 } })
is<Tensor<[512, 64]>>()(learned.init(k).params.codebook)
is<NoState>()(learned.init(k).state)

// Losses are those that the options ask for.
const byAverages = averaged.quantize({}, averaged.init(k).state)(zeros([128, 64]), ones([128]), k)
is<'commitment'>()(null! as keyof typeof byAverages.losses)
const byGradients = learned.quantize(learned.init(k).params, {})(zeros([128, 64]), ones([128]), k)
is<'commitment' | 'codebook' | 'entropy'>()(null! as keyof typeof byGradients.losses)
is<Tensor<[128, 64]>>()(byGradients.quantized)
is<TensorOf<[128], 'i32'>>()(byGradients.indices)
is<Tensor<[128]>>()(byGradients.losses.entropy)

// @ts-expect-error: no averages, no state of averages
averaged.quantize({}, {})
// @ts-expect-error: no such loss
byAverages.losses.codebook

// Sizes may have names or be unknown.
const named = null! as Tensor<[Dim<'vectors'>, 64]>
const weights = null! as Tensor<[Dim<'vectors'>]>
is<TensorOf<[Dim<'vectors'>], 'i32'>>()(learned.encode(learned.init(k).params, {})(named))
is<Tensor<[Dim<'vectors'>, 64]>>()(learned.quantize(learned.init(k).params, {})(named, weights, k).quantized)
const unknownSizes = vectorQuantizer(64 as number, 512 as number, { learning: 'ema', decay: 0.5 as number })
is<EmaState<number, number>>()(unknownSizes.init(k).state)

// Stages and groups have trees of tuples, and indices of their number.
const stages = residualQuantizer(averagedEuclidean(), 3, { dropout: { minimum: 2 } })
is<EmaState<512, 64>>()(stages.init(k).state[2])
is<TensorOf<[128, 3], 'i32'>>()(stages.encode(stages.init(k).params, stages.init(k).state)(zeros([128, 64])))
const groups = groupedQuantizer(128, 2, stages)
is<TensorOf<[9, 6], 'i32'>>()(groups.encode(groups.init(k).params, groups.init(k).state)(zeros([9, 128])))
is<Quantizer<'fsq', 3, NoParams, NoState>['decode']>()(fsq([8, 5, 5]).decode)
is<[8, 5, 5]>()(fsq([8, 5, 5]).levels)
is<18>()(lfq(18).dimension)

function averagedEuclidean() {
  return vectorQuantizer(64, 512, { learning: 'ema' })
}

// Generic code: a model of feature maps quantizes their vectors with any quantizer.
export const quantizeMaps =
  <D extends number, P, S, Loss extends string>(quantizer: Quantizer<'vectorQuantizer', D, P, S, Loss>) =>
  <N extends number>(params: P, state: S, x: Tensor<[N, D]>, counted: Tensor<[N]>, draw: Key) =>
    quantizer.quantize(params, state)(x, counted, draw)

const maps = null! as Tensor<[Dim<'batch'>, 64, 7, 7]>
is<Tensor<[Multiply<Multiply<Dim<'batch'>, 7>, 7>, 64]>>()(toVectors(maps))
is<Tensor<[6272, 64]>>()(toVectors(zeros([128, 64, 7, 7])))
is<Tensor<[128, 64, 7, 7]>>()(fromVectors(zeros([6272, 64]), [128, 64, 7, 7]))
