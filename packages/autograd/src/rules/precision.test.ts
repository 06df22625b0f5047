import { primitives } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../interpret.ts'
import { applicationTape } from '../testing/application-tape.ts'
import { casesOf } from '../testing/primitive-cases.ts'
import { widen } from '../testing/wide.ts'

describe('evaluated in float32, a result is that of float64, rounded once', () => {
  it.each(primitives)('%s', (primitive) => {
    fc.assert(
      fc.property(casesOf(primitive), (example) => {
        const tape = applicationTape(example)
        const [narrow] = evaluate(tape, example.operands, 'f32')
        const [wide] = evaluate(tape, example.operands.map(widen), 'f64')
        expect(narrow!.shape).toEqual(wide!.shape)
        expect(narrow!.dtype).toBe(wide!.dtype)
        const rounded = wide!.dtype === 'f32' ? Float32Array.from(wide!.data) : wide!.data
        expect(narrow!.data).toEqual(rounded)
      }),
    )
  })
})
