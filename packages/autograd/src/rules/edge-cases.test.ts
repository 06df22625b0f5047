import { type PrimitiveParameters, tensor, zeros } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { batchTape } from '../batching.ts'
import { applicationTape } from '../testing/application-tape.ts'
import { checkVjpJvp } from '../testing/duality.ts'
import { checkGradients } from '../testing/gradients.ts'

const geometry: PrimitiveParameters['conv'] = {
  stride: [1],
  low: [1],
  high: [1],
  lhsDilation: [2],
  rhsDilation: [1],
  featureGroups: 1,
  batchGroups: 1,
}

// What random applications seldom or never are.
describe('the rules', () => {
  it('of cast hold from f32 to itself', () => {
    const operands = [tensor([2], [1.5, -2.5])]
    const tape = applicationTape({ primitive: 'cast', operands, parameters: { dtype: 'f32' } })
    expect(checkGradients(tape, operands)).toEqual({ checked: 2, unsettled: 0 })
    checkVjpJvp(tape, operands)
  })

  it('of conv hold for an input that is all padding', () => {
    const operands = [zeros([1, 1, 0]), tensor([1, 1, 2], [3, 4])]
    const tape = applicationTape({ primitive: 'conv', operands, parameters: geometry })
    expect(checkGradients(tape, operands)).toEqual({ checked: 2, unsettled: 0 })
    checkVjpJvp(tape, operands)
  })

  it('of conv join the examples of a batch that share a kernel', () => {
    const operands = [zeros([1, 1, 3]), zeros([1, 1, 2])]
    const tape = applicationTape({ primitive: 'conv', operands, parameters: geometry })
    const names = batchTape(tape, [0], 4).applications.map(({ primitive }) => primitive)
    expect(names).toEqual(['reshape', 'conv', 'reshape'])
  })
})
