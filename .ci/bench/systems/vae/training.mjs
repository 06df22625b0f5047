import { compileWith, valueAndGrad } from '../../../../packages/autograd/dist/index.js'
import { cast, full, leaves, mapTree, ones, split, zeros } from '../../../../packages/tensor/dist/index.js'
import { adam, residentParts, startOf, trainingStep } from '../../../../packages/train/dist/index.js'
import { models } from '../../models/index.mjs'
import { samples } from '../../samples.mjs'
import { stopwatch } from '../../stopwatch.mjs'
import { host } from './resident.mjs'

const beta = full([], 1)

/** What `vae train` runs, with bytes going in and the loss coming out at every step. */
const wholeSteps = (engine, model, batch, checkedSteps) => {
  const optimizer = adam()
  const step = trainingStep(model.objective, optimizer)
  const compiled = compileWith(engine)(step, { donate: residentParts })
  const hyper = { learningRate: full([], 1e-3), beta }
  let state = startOf(0, model.init, optimizer).training
  let loss
  const run = (times) => {
    for (let i = 0; i < times; i++) {
      const result = compiled(state, batch, hyper)
      state = result.state
      loss = result.loss.data[0]
    }
  }
  let firstStep
  const check = () =>
    Array.from({ length: checkedSteps }, () => {
      const elapsed = stopwatch()
      run(1)
      firstStep ??= elapsed()
      return loss
    })
  return { check, run, firstStep: () => firstStep }
}

/** The loss and its gradients, which stay in the engine's memory. */
const gradients = (engine, model, batch) => {
  const step = ({ params, key }, data) => {
    const [now, next] = split(key)
    const { value, grad } = valueAndGrad((p) => model.objective({ beta })(p, {}, data, now).loss)(params)
    return { state: { params, grads: grad, key: next }, loss: value }
  }
  const compiled = compileWith(engine)(step, { donate: ['params', 'grads'] })
  const { params, key } = startOf(0, model.init, adam()).training
  let state = { params, grads: mapTree(({ shape }) => zeros([...shape]), params), key }
  const run = (times) => {
    for (let i = 0; i < times; i++) {
      const result = compiled(state, batch)
      state = result.state
      result.loss.data[0]
    }
  }
  const check = () => {
    run(1)
    return leaves(state.grads).flatMap(({ tensor }) => samples(tensor.data))
  }
  return { check, run }
}

/** A training step of a model; the engine and the inputs start from the same seed, and so from the same weights. */
export const training = (engine, { model, optimizer, checkedSteps, ...sizes }, inputs) => {
  const batch = { examples: cast(host(inputs.images), 'u8'), weights: ones([sizes.batch]) }
  const made = models[model](sizes)
  return optimizer ? wholeSteps(engine, made, batch, checkedSteps) : gradients(engine, made, batch)
}
