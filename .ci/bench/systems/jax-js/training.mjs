import { jit, random, tree, valueAndGrad } from '@jax-js/jax'
import { inputsUnder } from '../../inputs.mjs'
import { samples } from '../../samples.mjs'
import { adam, adamState } from './adam.mjs'
import { losses } from './models.mjs'
import { load } from './resident.mjs'

/** The noise of a step, if the model has any, and the key of the next. */
const drawn = ({ batch, latent }, key) => {
  if (latent === undefined) return { noise: [], key }
  const keys = random.split(key)
  return { noise: [random.normal(keys.ref.slice(0), [batch, latent])], key: keys.slice(1) }
}

/** A training step of a model. */
export const training = ({ model, optimizer, checkedSteps, ...sizes }, inputs) => {
  const loss = losses[model](sizes)
  const noises = inputsUnder(inputs, 'noise')
  const given = (step) => (noises[step] === undefined ? [] : [load(noises[step])])
  const x = load(inputs.images).div(255)
  const params = () =>
    Object.fromEntries(
      Object.entries(inputsUnder(inputs, 'params')).map(([name, input]) => [name, load(input)]),
    )

  const gradients = (params, x, ...noise) => valueAndGrad(loss)(params, x, ...noise)
  const stepWith = (state, x, ...noise) => {
    const [value, grads] = gradients(tree.ref(state.params), x, ...noise)
    return { loss: value, state: adam(state, grads) }
  }
  /** Runs `step`, from a state, images and a key to the loss, the next state and the next key. */
  const repeated = (step, begin) => {
    let now = { state: begin, key: random.key(0) }
    return (times) => {
      for (let i = 0; i < times; i++) {
        const { loss, ...next } = step(now.state, x.ref, now.key)
        now = next
        loss.dataSync()
      }
    }
  }
  if (!optimizer) {
    const check = () => {
      const [value, grads] = jit(gradients)(params(), x.ref, ...given(0))
      value.dispose()
      return Object.values(grads).flatMap((grad) => samples(grad.dataSync()))
    }
    const step = jit((state, x, key) => {
      const { noise, key: next } = drawn(sizes, key)
      const [loss, grads] = gradients(tree.ref(state.params), x, ...noise)
      tree.dispose(state.grads)
      return { loss, state: { params: state.params, grads }, key: next }
    })
    return { check, run: repeated(step, { params: params(), grads: params() }) }
  }
  const check = () => {
    const checked = jit(stepWith)
    let state = adamState(params())
    const values = Array.from({ length: checkedSteps }, (_, i) => {
      const result = checked(state, x.ref, ...given(i))
      state = result.state
      return result.loss.dataSync()[0]
    })
    tree.dispose(state)
    return values
  }
  const step = jit((state, x, key) => {
    const { noise, key: next } = drawn(sizes, key)
    return { ...stepWith(state, x, ...noise), key: next }
  })
  return { check, run: repeated(step, adamState(params())) }
}
