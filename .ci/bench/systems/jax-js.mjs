import { readFileSync } from 'node:fs'
import { defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax'
import { checkedSteps } from '../inputs.mjs'
import { samples } from '../samples.mjs'

const manifest = new URL('../node_modules/@jax-js/jax/package.json', import.meta.url)

/** It makes threads of the workers of browsers, which Node has under another name. */
const about = { version: JSON.parse(readFileSync(manifest, 'utf8')).version, threads: 1 }

const load = ({ shape, data }) => np.array(data).reshape(shape)

/** A compiled function of resident operands; only the last result of a block is read. Functions own their arguments. */
const repeated = (f, operands) => {
  const call = jit(f)
  const once = () => call(...operands.map((operand) => operand.ref))
  const run = async (times) => {
    for (let i = 1; i < times; i++) (await once().blockUntilReady()).dispose()
    once().dataSync()
  }
  return { check: () => samples(once().dataSync()), run, ...about }
}

const dense = (x, { weight, bias }) => np.matmul(x, weight).add(bias)

/** The negative evidence lower bound per example. */
const objective = (params, x, noise) => {
  const batch = x.shape[0]
  const h = nn.relu(dense(x.ref, params.hidden))
  const mean = dense(h.ref, params.mean)
  const logVar = dense(h, params.logVar)
  const z = mean.ref.add(np.exp(logVar.ref.mul(0.5)).mul(noise))
  const logits = dense(nn.relu(dense(z, params.decoder)), params.logits)
  const reconstruction = np.sum(nn.softplus(logits.ref).sub(logits.mul(x)))
  const moments = np.square(mean).add(np.exp(logVar.ref)).sub(logVar.add(1))
  return reconstruction.add(np.sum(moments).mul(0.5)).div(batch)
}

/** Adam, written out: the package that holds it is another one. */
const adam = ({ params, mean, variance, count }, grads) => {
  const now = count.add(1)
  const nextMean = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), mean, tree.ref(grads))
  const nextVariance = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), variance, grads)
  const meanWeight = np.subtract(1, np.exp(now.ref.mul(Math.log(0.9))))
  const varianceWeight = np.subtract(1, np.exp(now.ref.mul(Math.log(0.999))))
  const nextParams = tree.map(
    (p, m, v) => {
      const root = np.sqrt(v.div(varianceWeight.ref)).add(1e-8)
      return p.sub(m.div(meanWeight.ref).div(root).mul(1e-3))
    },
    params,
    tree.ref(nextMean),
    tree.ref(nextVariance),
  )
  meanWeight.dispose()
  varianceWeight.dispose()
  return { params: nextParams, mean: nextMean, variance: nextVariance, count: now }
}

const stepWith = (state, x, noise) => {
  const [loss, grads] = valueAndGrad(objective)(tree.ref(state.params), x, noise)
  return { loss, state: adam(state, grads) }
}

const vaeStep = ({ batch, latent }, inputs) => {
  const begin = () => {
    const layer = (name) => ({ weight: load(inputs[`${name}.weight`]), bias: load(inputs[`${name}.bias`]) })
    const params = Object.fromEntries(
      ['hidden', 'mean', 'logVar', 'decoder', 'logits'].map((name) => [name, layer(name)]),
    )
    const none = () => tree.map((p) => np.zeros(p.shape), tree.ref(params))
    return { params, mean: none(), variance: none(), count: np.array(0, { dtype: np.float32 }) }
  }
  const x = load(inputs.images).div(255)
  const checked = jit(stepWith)
  const step = jit((state, x, key) => {
    const keys = random.split(key)
    const noise = random.normal(keys.ref.slice(0), [batch, latent])
    return { ...stepWith(state, x, noise), key: keys.slice(1) }
  })

  const check = () => {
    let state = begin()
    const losses = Array.from({ length: checkedSteps }, (_, i) => {
      const result = checked(state, x.ref, load(inputs[`noise.${i}`]))
      state = result.state
      return result.loss.dataSync()[0]
    })
    tree.dispose(state)
    return losses
  }
  let now = { state: begin(), key: random.key(0) }
  const run = (times) => {
    for (let i = 0; i < times; i++) {
      const { loss, ...next } = step(now.state, x.ref, now.key)
      now = next
      loss.dataSync()
    }
  }
  return { check, run, ...about }
}

const works = {
  gemm: (_, { a, b }) => repeated(np.matmul, [load(a), load(b)]),
  conv: (_, { x, w }) =>
    repeated((image, kernel) => lax.conv(image, kernel, [1, 1], 'SAME'), [load(x), load(w)]),
  vae: vaeStep,
}

export const prepare = async ({ kind, sizes, inputs }) => {
  await init('wasm')
  defaultDevice('wasm')
  return works[kind](sizes, inputs)
}
