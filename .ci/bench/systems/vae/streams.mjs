import { compileWith } from '../../../../packages/autograd/dist/index.js'
import { add, full, mul, relu } from '../../../../packages/tensor/dist/index.js'
import { adam as adamOptimizer, applyUpdates } from '../../../../packages/train/dist/index.js'
import { samples } from '../../samples.mjs'
import { host, resident } from './resident.mjs'

export const chain = (engine, _, { x, a, b, c }) => {
  const f = (x, a, b, c) => add(relu(add(mul(x, a), b)), c)
  return resident(engine, f, [x, a, b, c].map(host), x.shape)
}

export const adam = (engine, _, { params, grads }) => {
  const optimizer = adamOptimizer()
  const hyper = { learningRate: full([], 1e-3) }
  const step = ({ params, optimizer: old, grads }) => {
    const { updates, state } = optimizer.update(grads, old, params, hyper)
    return { params: applyUpdates(params, updates), optimizer: state, grads }
  }
  const compiled = compileWith(engine)(step, { donate: ['params', 'optimizer', 'grads'] })
  const [start, gradients] = [{ w: host(params) }, { w: host(grads) }]
  let state = { params: start, optimizer: optimizer.init(start), grads: gradients }
  const run = (times) => {
    for (let i = 0; i < times; i++) state = compiled(state)
  }
  const check = () => {
    run(3)
    return samples(state.params.w.data)
  }
  return { check, run }
}
