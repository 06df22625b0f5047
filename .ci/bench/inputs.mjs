import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as models from '../../packages/models/dist/index.js'
import * as tensor from '../../packages/tensor/dist/index.js'
import * as train from '../../packages/train/dist/index.js'

/** How many training steps are compared before anything is timed. */
export const checkedSteps = 3

/** Where a VAE keeps its parameters, under the names that peers read. */
export const parameterPaths = {
  hidden: (params) => params.encoder.hidden,
  mean: (params) => params.encoder.mean,
  logVar: (params) => params.encoder.logVar,
  decoder: (params) => params.decoder.hidden,
  logits: (params) => params.decoder.logits,
}

/** Uniform numbers from −1 to 1, the same in every run. */
const centred = (seed, shape) => tensor.sub(tensor.mul(tensor.uniform(tensor.key(seed), shape), 2), 1)

/** The noise that each of the first training steps will draw. */
const noises = (start, { batch, latent }) => {
  let { key } = start.training
  return Array.from({ length: checkedSteps }, () => {
    const [now, next] = tensor.split(key)
    key = next
    return tensor.normal(now, [batch, latent])
  })
}

const vaeInputs = (sizes) => {
  const model = models.mlpVae({ features: sizes.features, hidden: sizes.hidden, latent: sizes.latent })
  const start = train.startOf(0, model.init, train.adam())
  const layers = Object.entries(parameterPaths).flatMap(([name, of]) => {
    const { weight, bias } = of(start.training.params)
    return [
      [`${name}.weight`, weight],
      [`${name}.bias`, bias],
    ]
  })
  const intensities = tensor.uniform(tensor.key(1), [sizes.batch, sizes.features])
  return {
    images: tensor.floor(tensor.mul(intensities, 255)),
    ...Object.fromEntries(layers),
    ...Object.fromEntries(noises(start, sizes).map((noise, step) => [`noise.${step}`, noise])),
  }
}

const makers = {
  gemm: ({ n }) => ({ a: centred(1, [n, n]), b: centred(2, [n, n]) }),
  vae: vaeInputs,
  conv: ({ batch, channels, size, window }) => ({
    x: centred(1, [batch, channels, size, size]),
    w: centred(2, [channels, channels, window, window]),
  }),
}

/** Writes the operands of a work, as f32, where all systems read them. */
export const writeInputs = (folder, work) => {
  mkdirSync(folder, { recursive: true })
  const shapes = {}
  for (const [name, { shape, data }] of Object.entries(makers[work.kind](work.sizes))) {
    shapes[name] = shape
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  writeFileSync(join(folder, 'work.json'), JSON.stringify({ kind: work.kind, sizes: work.sizes, shapes }))
}

/** The operands of a work by name, with what the work is. */
export const readInputs = (folder) => {
  const { kind, sizes, shapes } = JSON.parse(readFileSync(join(folder, 'work.json'), 'utf8'))
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const bytes = readFileSync(join(folder, name))
      return [name, { shape, data: new Float32Array(new Uint8Array(bytes).buffer) }]
    }),
  )
  return { kind, sizes, inputs }
}
