import * as tf from '@tensorflow/tfjs'
import { inputsUnder } from '../../inputs.mjs'
import { samples } from '../../samples.mjs'
import { channelsLast, parameterLast } from './layout.mjs'
import { losses } from './models.mjs'
import { load, repeated } from './resident.mjs'

const mapped = (f, record) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]))

/** A training step of a model. */
export const training = ({ model, optimizer, checkedSteps, ...sizes }, inputs) => {
  const params = mapped((input) => tf.variable(load(parameterLast(input))), inputsUnder(inputs, 'params'))
  const noises = inputsUnder(inputs, 'noise')
  const { images } = inputs
  const x = tf.div(load(images.shape.length === 4 ? channelsLast(images) : images), 255)
  const loss = losses[model](sizes)
  const random = () => (sizes.latent === undefined ? undefined : tf.randomNormal([sizes.batch, sizes.latent]))
  const given = (step) => noises[step] && load(noises[step])
  if (!optimizer) {
    const gradients = (noise) => tf.variableGrads(() => loss(params, x, noise))
    const check = () => {
      const { grads } = gradients(given(0))
      return Object.values(params).flatMap(({ name }) => samples(grads[name].dataSync()))
    }
    return { ...repeated(() => tf.tidy(() => gradients(random()).value)), check }
  }
  const adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8)
  const step = (noise) => tf.tidy(() => adam.minimize(() => loss(params, x, noise()), true))
  const check = () => Array.from({ length: checkedSteps }, (_, i) => step(() => given(i)).dataSync()[0])
  return { ...repeated(() => step(random)), check }
}
