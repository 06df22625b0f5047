import { recordFunction } from '@vae/autograd'
import { numerics, softplus, type Tensor, zeros } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ulpError } from './testing/compare.ts'
import { engines } from './testing/engines.ts'
import { host, tapeBuilder } from './testing/tape.ts'
import { unitsOf } from './unit.ts'

type Fold = 'le' | 'lt' | 'abs'

/** e^x, its logarithm of one more, for an x that is folded to −|x|, or for x itself. */
const decay = (length: number, fold: Fold | null) => {
  const builder = tapeBuilder()
  const x = builder.input({ shape: [length], dtype: 'f32' })
  const folded = () => {
    if (fold === null) return x
    if (fold === 'abs') return builder.apply('neg', {}, builder.apply('abs', {}, x))
    const zero = builder.apply('fill', { value: 0, shape: [length], dtype: 'f32' })
    const negative = builder.apply('compare', { direction: fold }, x, zero)
    return builder.apply('select', {}, negative, x, builder.apply('neg', {}, x))
  }
  const e = builder.apply('exp', {}, folded())
  return builder.tape(e, builder.apply('log1p', {}, e))
}

test('the exponential of what is never positive is from 0 to 1, and no other is taken for that', () => {
  for (const fold of ['le', 'lt', 'abs'] as const) {
    const tape = decay(4, fold)
    expect(unitsOf(tape.applications)(tape.outputs[0]!)).toBe(true)
  }
  const tape = decay(4, null)
  expect(tape.outputs.map(unitsOf(tape.applications))).toEqual([false, false])
})

test('softplus has its logarithm there', () => {
  const { tape } = recordFunction((x: Tensor<[4]>) => softplus(x), [zeros([4])])
  const isUnit = unitsOf(tape.applications)
  const logarithm = tape.applications.find(({ primitive }) => primitive === 'log1p')!
  expect(isUnit(logarithm.operands[0]!)).toBe(true)
})

describe.each(engines)('$features', (engine) => {
  test('its logarithm of one more is at most 1.5 ulp off, from 0 to 1 and at NaN', () => {
    const program = engine.load(decay(64, 'le'), { donations: [] })
    const any = fc.oneof(
      fc.float({ noNaN: false }),
      fc.float({ min: -20, max: 20 }),
      fc.constantFrom(0, -0, 88, 104),
    )
    fc.assert(
      fc.property(fc.array(any, { minLength: 64, maxLength: 64 }), (values) => {
        const [e, logarithm] = program.run([host([64], Float32Array.from(values))])
        e!.data.forEach((value, i) => {
          expect(ulpError(logarithm!.data[i]!, numerics.log1p(value))).toBeLessThanOrEqual(1.5)
        })
      }),
    )
    program.close()
  })

  test('every 4,001st float', () => {
    const x = Float32Array.from({ length: Math.floor(0x42d00000 / 4001) }, (_, i) => {
      const word = new Int32Array([i * 4001])
      return new Float32Array(word.buffer)[0]!
    })
    const program = engine.load(decay(x.length, 'abs'), { donations: [] })
    const [e, logarithm] = program.run([host([x.length], x)])
    let worst = 0
    for (let i = 0; i < x.length; i++)
      worst = Math.max(worst, ulpError(logarithm!.data[i]!, numerics.log1p(e!.data[i]!)))
    expect(worst).toBeLessThanOrEqual(1.5)
    program.close()
  })
})
