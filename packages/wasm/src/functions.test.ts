import { readFileSync } from 'node:fs'
import { numerics } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ulpError } from './testing/compare.ts'
import { engines } from './testing/engines.ts'
import { host, randomNumbers, single } from './testing/tape.ts'

/** The largest errors in ulp: docs/numerics.md shows them beside what was measured. */
const stated: Record<Name | 'pow', number> = JSON.parse(
  readFileSync(new URL('./testing/function-errors.json', import.meta.url), 'utf8'),
)

type Name = 'exp' | 'expm1' | 'log' | 'log1p' | 'tanh' | 'sigmoid' | 'erf' | 'sin' | 'cos'

/** Every 4,001st float of either sign: all exponents, denormals, infinities and NaNs. */
const everywhere = (): Float32Array => {
  const bits = new Uint32Array(Math.floor(2 ** 32 / 4001))
  for (let i = 0; i < bits.length; i++) bits[i] = i * 4001
  return new Float32Array(bits.buffer)
}

describe.each(engines)('$features', (engine) => {
  const compute = (name: Name, x: Float32Array): Float32Array => {
    const tensor = host([x.length], x)
    const program = engine.load(single(name, {}, [tensor]), { donations: [] })
    const [result] = program.run([tensor])
    program.close()
    return result!.data as Float32Array
  }

  /** The largest error of `name` against our float64 functions, in units in the last place. */
  const worst = (name: Name, x: Float32Array): { error: number; at: number } => {
    const actual = compute(name, x)
    let [error, at] = [0, 0]
    for (let i = 0; i < x.length; i++) {
      const e = ulpError(actual[i]!, numerics[name](x[i]!))
      if (!(e <= error)) [error, at] = [e, x[i]!]
    }
    return { error, at }
  }

  describe('the functions keep the stated errors', () => {
    const { pow: _, ...functions } = stated
    for (const [name, bound] of Object.entries(functions) as [Name, number][]) {
      test(`${name}: at most ${bound} ulp everywhere`, () => {
        const { error, at } = worst(name, everywhere())
        expect(error, `at ${at}`).toBeLessThanOrEqual(bound)
      })
      test(`${name}: at most ${bound} ulp anywhere`, () => {
        const program = engine.load(single(name, {}, [host([64], new Float32Array(64))]), { donations: [] })
        fc.assert(
          fc.property(fc.uint32Array({ minLength: 64, maxLength: 64 }), (bits) => {
            const x = new Float32Array(bits.buffer, bits.byteOffset, 64)
            const [result] = program.run([host([64], x)])
            x.forEach((value, i) => {
              expect(ulpError(result!.data[i]!, numerics[name](value))).toBeLessThanOrEqual(bound)
            })
          }),
        )
        program.close()
      })
    }
  })

  describe('corners', () => {
    const at = (name: Name, ...x: number[]) => [...compute(name, Float32Array.from(x))]
    test('exp', () => {
      expect(at('exp', 0, -Infinity, Infinity, NaN, 1e4, -1e4)).toEqual([1, 0, Infinity, NaN, Infinity, 0])
    })
    test('log', () => {
      expect(at('log', 1, 0, -0, Infinity, NaN, -1, -1e-40)).toEqual([
        0,
        -Infinity,
        -Infinity,
        Infinity,
        NaN,
        NaN,
        NaN,
      ])
    })
    test('log1p', () => {
      expect(at('log1p', 0, -1, Infinity, NaN, -2)).toEqual([0, -Infinity, Infinity, NaN, NaN])
      expect(at('log1p', 1e-30)).toEqual([Math.fround(1e-30)])
    })
    test('tanh', () => {
      expect(at('tanh', 0, Infinity, -Infinity, NaN, 1e4, -1e4)).toEqual([0, 1, -1, NaN, 1, -1])
    })
    test('sigmoid', () => {
      expect(at('sigmoid', 0, Infinity, -Infinity, NaN, 1e4, -1e4)).toEqual([0.5, 1, 0, NaN, 1, 0])
    })
    test('expm1', () => {
      expect(at('expm1', 0, -Infinity, Infinity, NaN, 1e4, -1e4)).toEqual([
        0,
        -1,
        Infinity,
        NaN,
        Infinity,
        -1,
      ])
      expect(at('expm1', -0, 1e-40)).toEqual([-0, Math.fround(1e-40)])
    })
    test('erf', () => {
      expect(at('erf', -0, Infinity, -Infinity, NaN, 1e4, -1e4)).toEqual([-0, 1, -1, NaN, 1, -1])
    })
    test('sin and cos', () => {
      expect(at('sin', -0, Infinity, -Infinity, NaN, 1e-40)).toEqual([-0, NaN, NaN, NaN, Math.fround(1e-40)])
      expect(at('cos', -0, Infinity, -Infinity, NaN)).toEqual([1, NaN, NaN, NaN])
    })
  })

  describe('pow', () => {
    const pow = (x: Float32Array, y: Float32Array): Float32Array => {
      const operands = [host([x.length], x), host([y.length], y)]
      const program = engine.load(single('pow', {}, operands), { donations: [] })
      const [result] = program.run(operands)
      program.close()
      return result!.data as Float32Array
    }

    test(`at most ${stated.pow} ulp off`, () => {
      const next = randomNumbers(1)
      const x = new Float32Array(200_000)
      const y = x.map((_, i) => {
        // all magnitudes of x, and powers that are floats; near 1, so that large powers are
        x[i] = i % 2 === 0 ? 2 ** ((next() - 0.5) * 290) : 1 + (next() - 0.5) / 8
        return ((next() - 0.5) * 300) / Math.log2(x[i]!)
      })
      const actual = pow(x, y)
      let worst = 0
      for (let i = 0; i < x.length; i++)
        worst = Math.max(worst, ulpError(actual[i]!, numerics.pow(x[i]!, y[i]!)))
      expect(worst).toBeLessThanOrEqual(stated.pow)
    })

    test('corners are those of the reference, signs of zero included', () => {
      const corners = [0, 1, 0.5, 2, 3, 2.5, 33, 1e-40, 1e-10, 3e38, 2 ** 23 + 1, 2 ** 24 + 2, Infinity, NaN]
      const values = corners.flatMap((corner) => [corner, -corner])
      const x = Float32Array.from(values.flatMap((value) => values.map(() => value)))
      const y = Float32Array.from(values.flatMap(() => values))
      const expected = x.map((value, i) => numerics.pow(value, y[i]!))
      expect(pow(x, y)).toEqual(expected)
    })
  })
})
