import { evaluate, recordFunction, simplify, type Tape, valueAndGrad } from '@vae/autograd'
import {
  type AnyTensor,
  add,
  batchNorm,
  exp,
  groupNorm,
  HostTensor,
  layerNorm,
  logSoftmax,
  logSumExp,
  mul,
  relu,
  reshape,
  rmsNorm,
  softmax,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  variance,
} from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { planOf } from './plan.ts'
import { disagreement } from './testing/compare.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor } from './testing/tape.ts'

const engine = await wasmEngine()

type Loose = Tensor<number[]>
type Norm = (x: Loose) => Loose

const [rows, image] = [
  [9, 21],
  [3, 4, 5, 5],
]
const perChannel = (x: Loose): Loose => reshape(x, [4, 1, 1])
const affine = (norm: Norm) => (x: Loose, scale: Loose, shift: Loose) =>
  add(mul(norm(x), perChannel(scale)), perChannel(shift))
const bernoulli = (logits: Loose, x: Loose): Loose => sum(sub(mul(x, logits), softplus(logits)), [1])
const kl = (mean: Loose, logVar: Loose): Loose =>
  sum(mul(sub(add(square(mean), exp(logVar)), add(logVar, 1)), 0.5), [1])

/** The sum of a result with weights, so that each element has a cotangent of its own. */
const weighed =
  (f: (...operands: Loose[]) => Loose) =>
  (operands: readonly Loose[], weights: Loose): Tensor<[]> =>
    sum(
      mul(f(...operands), weights),
      weights.shape.map((_, axis) => axis),
    ) as Tensor<[]>

const channels = [4]
const programs: Record<string, { f: (...operands: Loose[]) => Loose; shapes: number[][]; result: number[] }> =
  {
    softmax: { f: (x) => softmax(x, 1) as Loose, shapes: [rows], result: rows },
    'softmax over the rows': { f: (x) => softmax(x, 0) as Loose, shapes: [rows], result: rows },
    logSoftmax: { f: (x) => logSoftmax(x, 1) as Loose, shapes: [rows], result: rows },
    logSumExp: { f: (x) => logSumExp(x, [1]) as Loose, shapes: [rows], result: [9] },
    variance: { f: (x) => variance(x, [1]) as Loose, shapes: [rows], result: [9] },
    layerNorm: { f: (x) => layerNorm(x) as Loose, shapes: [rows], result: rows },
    rmsNorm: { f: (x) => rmsNorm(x) as Loose, shapes: [rows], result: rows },
    groupNorm: {
      f: affine((x) => groupNorm(x, 2) as Loose),
      shapes: [image, channels, channels],
      result: image,
    },
    batchNorm: {
      f: affine((x) => batchNorm(x) as Loose),
      shapes: [image, channels, channels],
      result: image,
    },
    'a bias for each channel': {
      f: (x, bias) => relu(add(x, perChannel(bias))) as Loose,
      shapes: [image, channels],
      result: image,
    },
    'Bernoulli log-likelihood': { f: bernoulli, shapes: [rows, rows], result: [9] },
    'Gaussian KL': { f: kl, shapes: [rows, rows], result: [9] },
  }

/** What a reduction of the gradient shares no space with comes in loops of its own: sums of scale and shift. */
const loopsOfGradients: Readonly<Record<string, number>> = {
  softmax: 2,
  'softmax over the rows': 2,
  logSoftmax: 2,
  logSumExp: 2,
  variance: 3,
  layerNorm: 2,
  rmsNorm: 2,
  groupNorm: 4,
  batchNorm: 3,
  'a bias for each channel': 2,
  'Bernoulli log-likelihood': 3,
  'Gaussian KL': 2,
}

const tapeOf = (f: (...args: never[]) => unknown, args: readonly unknown[]): Tape =>
  simplify(recordFunction(f as (...args: readonly unknown[]) => unknown, args).tape)

const agree = (tape: Tape, inputs: readonly AnyTensor[]): void => {
  const program = engine.load(tape, { donations: [] })
  const actual = program.run(inputs)
  program.close()
  evaluate(tape, inputs).forEach((expected, i) => {
    const close = (a: number, b: number) => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b))
    expect(disagreement(actual[i]!.data, expected.data, close)).toBeNull()
  })
}

const drawn = (shape: readonly number[], seed: number): HostTensor =>
  new HostTensor(
    shape,
    'f32',
    (randomTensor(shape, 'f32', seed).data as Float32Array).map((x) => x / 4),
  )

describe.each(Object.entries(programs))('%s', (name, { f, shapes, result }) => {
  const operands = shapes.map((shape, i) => drawn(shape, i + 1))

  test('is one loop', () => {
    // recorded with a list of operands, whatever number the program names
    const tape = tapeOf(f as never, operands)
    expect(planOf(tape, [], someSizes).steps.map(({ step }) => step.kind)).toEqual(['loop'])
    agree(tape, operands)
  })

  test('has a gradient of few loops', () => {
    const weights = drawn(result, 9)
    // as above
    const tape = tapeOf(valueAndGrad(weighed(f)) as never, [operands, weights])
    expect(planOf(tape, [], someSizes).steps.length).toBe(loopsOfGradients[name])
    agree(tape, [...operands, weights])
  })
})
