import * as tf from '@tensorflow/tfjs'
import { samples } from '../../samples.mjs'

export const load = ({ shape, data }) => tf.tensor(data, shape)

/** A function of tensors; only the last result of a block is read. Results are compared `inChannelOrder`. */
export const repeated = (f, inChannelOrder = (result) => result) => {
  const run = (times) => {
    for (let i = 1; i < times; i++) tf.dispose(f())
    const last = f()
    last.dataSync()
    last.dispose()
  }
  const check = () => {
    const result = f()
    const { data } = inChannelOrder({ shape: result.shape, data: result.dataSync() })
    result.dispose()
    return samples(data)
  }
  return { check, run }
}
