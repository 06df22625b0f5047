import { readFileSync } from 'node:fs'
import { defaultDevice, init, jit, nn, numpy as np, tree } from '@jax-js/jax'
import { inputsUnder } from '../inputs.mjs'
import { samples } from '../samples.mjs'
import { adam, adamState } from './jax-js/adam.mjs'
import { convOf, residualBlock } from './jax-js/layers.mjs'
import { load, repeated } from './jax-js/resident.mjs'
import { training } from './jax-js/training.mjs'

const manifest = new URL('../node_modules/@jax-js/jax/package.json', import.meta.url)

const works = {
  gemm: (_, { a, b }) => repeated(np.matmul, [load(a), load(b)]),
  conv: (sizes, { x, w }) => repeated((image, kernel) => convOf(image, kernel, sizes), [load(x), load(w)]),
  'residual-block': (_, { x, ...rest }) => {
    const given = Object.entries(inputsUnder(rest, 'params'))
    const named = (params) => Object.fromEntries(given.map(([name], i) => [name, params[i]]))
    const operands = given.map(([, input]) => load(input))
    return repeated((image, ...params) => residualBlock(image, named(params)), [load(x), ...operands])
  },
  chain: (_, inputs) => {
    const operands = ['x', 'a', 'b', 'c'].map((name) => load(inputs[name]))
    return repeated((x, a, b, c) => nn.relu(x.mul(a).add(b)).add(c), operands)
  },
  adam: (_, inputs) => {
    const grads = { w: load(inputs.grads) }
    const step = jit(adam)
    let state = adamState({ w: load(inputs.params) })
    const run = async (times) => {
      for (let i = 0; i < times; i++) {
        state = step(state, tree.ref(grads))
        await state.params.w.blockUntilReady()
      }
    }
    const check = async () => {
      await run(3)
      return samples(state.params.w.ref.dataSync())
    }
    return { check, run }
  },
  training,
}

/** It makes threads of the workers of browsers, which Node has under another name. */
export const prepare = async ({ kind, sizes, inputs }) => {
  await init('wasm')
  defaultDevice('wasm')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return { ...works[kind](sizes, inputs), version, threads: 1 }
}
