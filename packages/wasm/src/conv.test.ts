import { evaluate } from '@vae/autograd'
import { type PrimitiveParameters, type Shape, specOf } from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { convWork } from './convolution.ts'
import { wasmEngine } from './engine.ts'
import { availableFeatures } from './features.ts'
import { instantiateKernels, sizesOf } from './kernels.ts'
import { planOf } from './plan.ts'
import { disagreement } from './testing/compare.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor, single } from './testing/tape.ts'
import { runWork } from './testing/work.ts'

const engine = await wasmEngine()

type Parameters = PrimitiveParameters['conv']

/** Parameters that are alike along both axes. */
const alike = (p: {
  readonly stride?: number
  readonly low: number
  readonly high: number
  readonly lhsDilation?: number
  readonly rhsDilation?: number
  readonly featureGroups?: number
  readonly batchGroups?: number
}): Parameters => {
  const both = (value = 1) => [value, value]
  return {
    stride: both(p.stride),
    low: both(p.low),
    high: both(p.high),
    lhsDilation: both(p.lhsDilation),
    rhsDilation: both(p.rhsDilation),
    featureGroups: p.featureGroups ?? 1,
    batchGroups: p.batchGroups ?? 1,
  }
}

const check = (lhs: Shape, rhs: Shape, parameters: Parameters): string | null => {
  const operands = [randomTensor(lhs, 'f32', 1), randomTensor(rhs, 'f32', 2)]
  const tape = single('conv', parameters, operands)
  const program = engine.load(tape, { donations: [] })
  const [actual] = program.run(operands)
  program.close()
  const [expected] = evaluate(tape, operands)
  const terms = rhs.slice(1).reduce((size, dim) => size * dim, 1)
  // elements are at most 8; errors of random signs grow with the square root of the number of terms
  const bound = 64 * terms ** 1.5 * 2 ** -24
  return disagreement(actual!.data, expected!.data, (a, b) => Math.abs(a - b) <= bound)
}

describe('layers and their gradients', () => {
  test.each([
    ['3 × 3', [2, 16, 28, 28], [32, 16, 3, 3], alike({ low: 1, high: 1 })],
    ['3 × 3, kernel gradient', [16, 4, 28, 28], [12, 4, 28, 28], alike({ low: 1, high: 1 })],
    ['4 × 4 by 2', [2, 8, 28, 28], [16, 8, 4, 4], alike({ stride: 2, low: 1, high: 1 })],
    [
      '4 × 4 by 2, input gradient',
      [2, 16, 14, 14],
      [8, 16, 4, 4],
      alike({ low: 2, high: 2, lhsDilation: 2 }),
    ],
    [
      '4 × 4 by 2, kernel gradient',
      [8, 3, 28, 28],
      [16, 3, 14, 14],
      alike({ low: 1, high: 1, rhsDilation: 2 }),
    ],
    ['to one channel', [2, 32, 14, 14], [1, 32, 4, 4], alike({ low: 2, high: 2, lhsDilation: 2 })],
    ['to three channels', [2, 12, 15, 13], [3, 12, 5, 5], alike({ low: 2, high: 2 })],
    [
      'from three channels, kernel gradient',
      [8, 4, 14, 14],
      [3, 4, 28, 28],
      alike({ low: 2, high: 2, lhsDilation: 2 }),
    ],
    ['1 × 1', [2, 24, 9, 7], [20, 24, 1, 1], alike({ low: 0, high: 0 })],
    ['whole image', [5, 24, 4, 4], [40, 24, 4, 4], alike({ low: 0, high: 0 })],
    ['whole image, input gradient', [5, 24, 1, 1], [6, 24, 4, 4], alike({ low: 3, high: 3 })],
    ['depthwise', [2, 12, 13, 13], [12, 1, 3, 3], alike({ low: 1, high: 1, featureGroups: 12 })],
    [
      'depthwise by 2',
      [2, 12, 13, 13],
      [12, 1, 3, 3],
      alike({ stride: 2, low: 1, high: 1, featureGroups: 12 }),
    ],
    [
      'depthwise to three outputs, more lines than a frame has',
      [2, 2, 67, 70],
      [6, 1, 3, 3],
      alike({ low: 2, high: -1, featureGroups: 2 }),
    ],
    ['depthwise, much padding', [2, 3, 2, 1], [3, 1, 3, 3], alike({ low: 3, high: 4, featureGroups: 3 })],
    [
      'depthwise, kernel gradient',
      [12, 2, 13, 13],
      [12, 2, 13, 13],
      alike({ low: 1, high: 1, batchGroups: 12 }),
    ],
    [
      'depthwise by 2, kernel gradient',
      [12, 2, 17, 17],
      [12, 2, 9, 9],
      alike({ low: 1, high: 1, rhsDilation: 2, batchGroups: 12 }),
    ],
    [
      'depthwise by 3, kernel gradient',
      [12, 2, 27, 27],
      [12, 2, 9, 9],
      alike({ low: 1, high: 1, rhsDilation: 3, batchGroups: 12 }),
    ],
    ['batch groups', [12, 4, 13, 13], [24, 4, 11, 11], alike({ low: 0, high: 0, batchGroups: 3 })],
  ] as const)('%s', (_, lhs, rhs, parameters) => {
    expect(check(lhs, rhs, parameters)).toBeNull()
  })
})

test('four axes', () => {
  const parameters = {
    stride: [1, 2, 1, 3],
    low: [1, 0, -1, 2],
    high: [0, 1, 1, 1],
    lhsDilation: [1, 3, 2, 1],
    rhsDilation: [2, 1, 1, 1],
    featureGroups: 1,
    batchGroups: 1,
  }
  expect(check([2, 5, 4, 3, 4, 9], [9, 5, 2, 3, 2, 4], parameters)).toBeNull()
})

test('threads wait before the first part of a convolution, and not between its parts', () => {
  const operands = [randomTensor([4, 16, 14, 14], 'f32', 1), randomTensor([8, 16, 4, 4], 'f32', 2)]
  const tape = single('conv', alike({ low: 2, high: 2, lhsDilation: 2 }), operands)
  const { steps } = planOf(tape, [], someSizes, { threads: 2, least: { step: 0, run: 0 } })
  const parts = steps.filter(({ step }) => step.kind === 'call' && step.kernel === 'conv')
  expect(parts.map(({ shared, barrier }) => ({ shared, barrier }))).toEqual(
    [true, false, false, false].map((barrier) => ({ shared: true, barrier })),
  )
})

describe.each(availableFeatures())('ranges on %s', (features) => {
  test.each([
    ['of positions', [3, 6, 17, 9], [13, 6, 3, 3], alike({ low: 1, high: 1 })],
    ['of all examples', [7, 6, 5, 5], [9, 6, 3, 3], alike({ low: 1, high: 1 })],
    ['of groups', [3, 6, 17, 9], [14, 3, 4, 4], alike({ stride: 2, low: 1, high: 1, featureGroups: 2 })],
    ['of phases', [3, 6, 11, 9], [13, 6, 4, 4], alike({ low: 2, high: 2, lhsDilation: 2 })],
    ['of many taps', [5, 3, 20, 20], [6, 3, 18, 18], alike({ low: 1, high: 1 })],
    ['of lines', [3, 6, 17, 9], [6, 1, 3, 3], alike({ low: 1, high: 1, featureGroups: 6 })],
    ['of lanes', [3, 6, 17, 9], [6, 1, 5, 5], alike({ low: 2, high: 2, featureGroups: 6 })],
    ['of lanes of taps', [6, 3, 17, 9], [6, 3, 17, 9], alike({ low: 1, high: 1, batchGroups: 6 })],
    ['of tiles', [3, 16, 22, 27], [17, 16, 3, 3], alike({ low: 1, high: 1 })],
  ] as const)('%s give bit for bit what one call gives', async (_, lhs, rhs, parameters) => {
    const operands = [randomTensor(lhs, 'f32', 1), randomTensor(rhs, 'f32', 2)] as const
    const result = specOf('conv', operands, parameters)
    const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: true })
    const kernels = await instantiateKernels(memory, features)
    const work = convWork(...operands, parameters, result, sizesOf(kernels))
    const run = (split: (units: number) => readonly number[]) =>
      runWork(work, kernels, memory, operands, result, split)
    const whole = run((units) => [0, units])
    expect(whole.some(Number.isNaN)).toBe(false)
    expect(run((units) => [0, Math.floor(units / 3), units])).toEqual(whole)
    expect(run((units) => Array.from({ length: units + 1 }, (_, i) => i))).toEqual(whole)
  })
})
