import { type Engine, simplify, type Tape, vjpTape } from '@vae/autograd'
import {
  programs,
  programTape,
  structuredCases,
  structuredCasesOf,
  structuredTape,
} from '@vae/autograd/testing'
import { type AnyTensor, ones, type Primitive } from '@vae/tensor'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createEngine } from './engine.ts'
import { atMost } from './testing/at-most.ts'
import type { Random } from './testing/case.ts'
import { cases } from './testing/cases/index.ts'
import { largeCases } from './testing/cases/large.ts'
import { randomIndices, randomTensor, single } from './testing/tape.ts'

/** Shares whatever has two units, however small. */
const everything = { step: 0, run: 0 }

const alone = await createEngine({ threads: 1 }, everything)
const teams = await Promise.all([2, 3, 5].map((threads) => createEngine({ threads }, everything)))
afterAll(() => {
  for (const engine of [alone, ...teams]) engine.close()
})

/** The bits of a tensor, which say -0 from 0 and one NaN from another. */
const bitsOf = ({ data }: AnyTensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength)

const run = (engine: Engine, tape: Tape, inputs: readonly AnyTensor[]): readonly Buffer[] => {
  const program = engine.load(tape, { donations: [] })
  try {
    return program.run(inputs).map(bitsOf)
  } finally {
    program.close()
  }
}

const check = (tape: Tape, inputs: readonly AnyTensor[], engines = teams): void => {
  const expected = run(alone, tape, inputs)
  for (const engine of engines)
    run(engine, tape, inputs).forEach((bits, output) => {
      expect(bits.equals(expected[output]!), `output ${output}`).toBe(true)
    })
}

const tensorOf = ({ shape, dtype, seed, special, below }: Random): AnyTensor =>
  below === undefined ? randomTensor(shape, dtype, seed, special) : randomIndices(shape, seed, below)

describe('the same bits on 1, 2, 3 and 5 threads', () => {
  for (const primitive of Object.keys(cases) as Primitive[])
    test(primitive, () => {
      fc.assert(
        fc.property(cases[primitive], ({ operands, parameters }) => {
          // the parameters are those of the primitive, which the union of all does not tell
          const tape = single(primitive, parameters as never, operands)
          // one team will do for what are mostly loops
          check(tape, operands.map(tensorOf), teams.slice(1, 2))
        }),
        atMost(50),
      )
    })

  test('large tensors', () => {
    // as above
    for (const primitive of Object.keys(largeCases) as Primitive[])
      for (const { operands, parameters } of largeCases[primitive])
        check(single(primitive, parameters as never, operands), operands.map(tensorOf))
  })

  test('convolutions by each method, and their gradients', () => {
    const both = (value: number) => [value, value]
    const ordinary = { lhsDilation: both(1), rhsDilation: both(1), featureGroups: 1, batchGroups: 1 }
    for (const [lhs, rhs, parameters] of [
      [[2, 32, 33, 29], [40, 32, 3, 3], { stride: both(1), low: both(1), high: both(1) }],
      [[3, 5, 31, 30], [7, 5, 4, 4], { stride: both(2), low: both(1), high: both(1) }],
      [[3, 24, 17, 19], [24, 1, 5, 5], { stride: both(1), low: both(2), high: both(2), featureGroups: 24 }],
      [[1, 48, 40, 40], [50, 48, 1, 1], { stride: both(1), low: both(0), high: both(0) }],
    ] as const) {
      const operands = [
        { shape: lhs, dtype: 'f32' },
        { shape: rhs, dtype: 'f32' },
      ] as const
      const inputs = operands.map(({ shape }, i) => randomTensor(shape, 'f32', i + 1))
      const tape = single('conv', { ...ordinary, ...parameters }, operands)
      check(tape, inputs)
      check(simplify(vjpTape(tape, [0, 1])), [...inputs, ones([...tape.values[tape.outputs[0]!]!.shape])])
    }
  })

  for (const primitive of Object.keys(structuredCases) as (keyof typeof structuredCases)[])
    test(primitive, () => {
      fc.assert(
        fc.property(structuredCasesOf(primitive), (example) => {
          check(structuredTape(example), example.operands)
        }),
        atMost(300),
      )
    })

  test('random programs, with their gradients', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const tape = programTape(program)
        check(tape, program.inputs)
        const cotangents = tape.outputs.map((id) => ones([...tape.values[id]!.shape]))
        check(simplify(vjpTape(tape, [...tape.inputs.keys()])), [...program.inputs, ...cotangents])
      }),
      atMost(300),
    )
  })
})
