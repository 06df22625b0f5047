import { readFileSync } from 'node:fs'
import { compileWith } from '../../../packages/autograd/dist/index.js'
import { mlpVae } from '../../../packages/models/dist/index.js'
import { cast, conv2d, full, HostTensor, matmul, ones, zeros } from '../../../packages/tensor/dist/index.js'
import { adam, residentParts, startOf, trainingStep } from '../../../packages/train/dist/index.js'
import { wasmEngine } from '../../../packages/wasm/dist/index.js'
import { checkedSteps } from '../inputs.mjs'
import { samples } from '../samples.mjs'

const manifest = new URL('../../../packages/wasm/package.json', import.meta.url)

const about = { version: JSON.parse(readFileSync(manifest, 'utf8')).version, threads: 1 }

const host = ({ shape, data }) => new HostTensor(shape, 'f32', data)

/** A function of resident operands, whose result stays in the engine's memory too. */
const resident = (engine, f, operands, shape) => {
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
  return { check, run, ...about }
}

const works = {
  gemm: (engine, { n }, { a, b }) => resident(engine, matmul, [host(a), host(b)], [n, n]),
  conv: (engine, _, { x, w }) => {
    const f = (image, kernel) => conv2d(image, kernel, { padding: 'same' })
    return resident(engine, f, [host(x), host(w)], x.shape)
  },
  // what `vae train` runs, with bytes going in and the loss coming out at every step
  vae: (engine, { features, hidden, latent, batch }, inputs) => {
    const model = mlpVae({ features, hidden, latent })
    const optimizer = adam()
    const step = trainingStep(({ beta }) => model.objective(beta), optimizer)
    const compiled = compileWith(engine)(step, { donate: residentParts })
    const data = { images: cast(host(inputs.images), 'u8'), weights: ones([batch]) }
    const hyper = { learningRate: full([], 1e-3), beta: full([], 1) }
    let state = startOf(0, model.init, optimizer).training
    let loss
    const run = (times) => {
      for (let i = 0; i < times; i++) {
        const result = compiled(state, data, hyper)
        state = result.state
        loss = result.loss.data[0]
      }
    }
    const check = () =>
      Array.from({ length: checkedSteps }, () => {
        run(1)
        return loss
      })
    return { check, run, ...about }
  },
}

export const prepare = async ({ kind, sizes, inputs }) => works[kind](await wasmEngine(), sizes, inputs)
