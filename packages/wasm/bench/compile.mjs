// How long programs take to compile, in milliseconds, each in a fresh process: two training steps, and a function of one
// primitive, which shows what every program pays:
// node packages/wasm/bench/compile.mjs (after a build).
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { models } from '../../../.ci/bench/models/index.mjs'
import { exp, full, ones } from '../../tensor/dist/index.js'
import { adam, residentParts, startOf, trainingStep } from '../../train/dist/index.js'
import { compile } from '../dist/index.js'

const batch = 128
const processes = 7

/** Compiles a training step by its first call; the milliseconds of each stage. */
const stepOf = async (name, sizes, shape) => {
  const model = models[name](sizes)
  const optimizer = adam()
  const step = await compile(trainingStep(model.objective, optimizer), { donate: residentParts })
  const start = startOf(0, model.init, optimizer).training
  step(
    start,
    { examples: full(shape, 1, 'u8'), weights: ones([batch]) },
    { learningRate: full([], 1), beta: full([], 1) },
  )
  return step.compilations()[0].stages
}

const primitive = async () => {
  const program = await compile(exp)
  program(ones([16]))
  return program.compilations()[0].stages
}

const works = {
  'MLP VAE 784-400-20': () => stepOf('mlp-vae', { features: 784, hidden: 400, latent: 20 }, [batch, 784]),
  'conv VAE 1×28×28': () => stepOf('conv-vae', { latent: 16 }, [batch, 1, 28, 28]),
  'exp of 16 numbers': primitive,
}

const [chosen] = process.argv.slice(2)
if (chosen !== undefined) {
  console.log(JSON.stringify(await works[chosen]()))
  process.exit()
}

/** Without the wait for threads to start, which happens once in a process. */
const total = (stages) =>
  stages.reduce((sum, { name, milliseconds }) => (name === 'share' ? sum : sum + milliseconds), 0)
for (const work of Object.keys(works)) {
  const runs = Array.from({ length: processes }, () =>
    JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), work], { encoding: 'utf8' })),
  ).sort((a, b) => total(a) - total(b))
  const median = runs[processes >> 1]
  const parts = median.map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(1)}`)
  console.log(
    `${work}: ${total(median).toFixed(1)} ms (at best ${total(runs[0]).toFixed(1)}): ${parts.join(', ')}`,
  )
}
