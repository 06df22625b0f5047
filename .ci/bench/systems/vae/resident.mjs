import { compileWith } from '../../../../packages/autograd/dist/index.js'
import { HostTensor, zeros } from '../../../../packages/tensor/dist/index.js'
import { samples } from '../../samples.mjs'

export const host = ({ shape, data }) => new HostTensor(shape, 'f32', data)

/** A function of resident operands, whose result stays in the engine's memory too. */
export const resident = (engine, f, operands, shape) => {
  const call = compileWith(engine)(({ operands }) => ({ operands, result: f(...operands) }), {
    donate: ['operands', 'result'],
  })
  let state = { operands, result: zeros(shape) }
  const run = (times) => {
    for (let i = 0; i < times; i++) state = call(state)
  }
  const check = () => {
    run(1)
    return samples(state.result.data)
  }
  return { check, run }
}
