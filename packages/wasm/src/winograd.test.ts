import { evaluate } from '@vae/autograd'
import { type AnyTensor, type PrimitiveParameters, type Shape, specOf } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atMost } from './testing/at-most.ts'
import { random, seed } from './testing/case.ts'
import { disagreement } from './testing/compare.ts'
import { engines } from './testing/engines.ts'
import { host, randomNumbers, randomTensor, single } from './testing/tape.ts'
import { suitsWinograd } from './winograd.ts'

type Conv = PrimitiveParameters['conv']

/** A convolution with stride 1 and so much around the two axes. */
const padded = (low: readonly number[], high: readonly number[]): Conv => ({
  stride: [1, 1],
  low,
  high,
  lhsDilation: [1, 1],
  rhsDilation: [1, 1],
  featureGroups: 1,
  batchGroups: 1,
})

const padding = fc.tuple(fc.integer({ min: -2, max: 3 }), fc.integer({ min: -2, max: 3 }))

/** Convolutions for which Winograd's algorithm is chosen. */
const examples = fc
  .record({
    // the first are many tiles of small images, the last wide ones, whose tiles lie inside
    images: fc.oneof(
      fc.tuple(fc.integer({ min: 36, max: 40 }), fc.constantFrom(5, 6, 7), fc.constantFrom(6, 7)),
      fc.tuple(fc.integer({ min: 9, max: 11 }), fc.constantFrom(9, 10), fc.constantFrom(9, 11)),
      fc.tuple(fc.constant(1), fc.integer({ min: 27, max: 30 }), fc.integer({ min: 27, max: 30 })),
    ),
    channels: fc.integer({ min: 16, max: 20 }),
    outputs: fc.integer({ min: 16, max: 20 }),
    low: padding,
    high: padding,
    from: seed,
  })
  .map(({ images: [batch, ...size], channels, outputs, low, high, from }) => {
    const operands = [
      random([batch, channels, ...size], 'f32', from),
      random([outputs, channels, 3, 3], 'f32', from + 1),
    ] as const
    const parameters = padded(low, high)
    return { operands, parameters, result: specOf('conv', operands, parameters) }
  })
  .filter(({ operands: [, kernel], parameters, result }) => suitsWinograd(kernel, parameters, result))

describe.each(engines)('Winograd on $features', (engine) => {
  /** The result of a convolution, which must have been computed by Winograd's algorithm. */
  const run = (tape: ReturnType<typeof single>, operands: readonly AnyTensor[]) => {
    const program = engine.load(tape, { donations: [] })
    expect(program.explain()).toContain('winograd ')
    const [result] = program.run(operands)
    program.close()
    return result!
  }

  test('computes what the definition says', () => {
    fc.assert(
      fc.property(examples, ({ operands: specs, parameters }) => {
        const operands = specs.map(({ shape, seed }) => randomTensor(shape, 'f32', seed))
        const tape = single('conv', parameters, specs)
        const [expected] = evaluate(tape, operands)
        // elements are at most 8; errors of random signs grow with the square root of the number of terms
        const bound = 128 * (9 * specs[0].shape[1]!) ** 1.5 * 2 ** -24
        expect(
          disagreement(run(tape, operands).data, expected!.data, (a, b) => Math.abs(a - b) <= bound),
        ).toBeNull()
      }),
      atMost(200),
    )
  })

  test('errors are about twice those of direct sums', () => {
    const [channels, outputs, size] = [256, 16, 32]
    const shapes: Shape[] = [
      [1, channels, size, size],
      [outputs, channels, 3, 3],
    ]
    const next = randomNumbers(1)
    const [x, w] = shapes.map((shape) =>
      host(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b) }, () => next() - 0.5),
      ),
    )
    const actual = run(single('conv', padded([1, 1], [1, 1]), [x!, w!]), [x!, w!]).data
    let [squares, errors, worst] = [0, 0, 0]
    for (let at = 0; at < actual.length; at += 61) {
      const [output, row, column] = [Math.floor(at / size ** 2), Math.floor(at / size) % size, at % size]
      let exact = 0
      for (let channel = 0; channel < channels; channel++)
        for (let tap = 0; tap < 9; tap++) {
          const [y, z] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1]
          if (y >= 0 && y < size && z >= 0 && z < size)
            exact +=
              x!.data[(channel * size + y) * size + z]! * w!.data[(output * channels + channel) * 9 + tap]!
        }
      const error = Math.abs(actual[at]! - exact)
      squares += exact ** 2
      errors += error ** 2
      worst = Math.max(worst, error)
    }
    const count = Math.ceil(actual.length / 61)
    const typical = Math.sqrt(squares / count)
    // measured: 1.2e-6 and 5e-6; with the usual points 0, ±1, ±2 it would be 3e-6 and 3e-5
    expect(Math.sqrt(errors / count) / typical).toBeLessThan(2e-6)
    expect(worst / typical).toBeLessThan(1e-5)
  })
})
