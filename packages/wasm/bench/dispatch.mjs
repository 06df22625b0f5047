// What a program costs beside its work, on one thread: node packages/wasm/bench/dispatch.mjs (after a build).
// Between kernels: a thousand steps of one vector each, against one. Around them: a whole step of a small model, of which
// the time inside of WebAssembly is known from its own profile.
import { compileWith } from '@vae/autograd'
import { full, ones, specOf } from '@vae/tensor'
import { bernoulli, gaussianEncoder, mlp, vae } from '../../models/dist/index.js'
import { adam, residentParts, startOf, trainingStep } from '../../train/dist/index.js'
import { availableFeatures } from '../dist/features.js'
import { wasmEngine } from '../dist/index.js'
import { instantiateKernels } from '../dist/kernels.js'
import { planOf } from '../dist/plan.js'
import { encodeProgram } from '../dist/program.js'

/** Microseconds of one of `times` runs: the least of 40 samples. */
const least = (times, run) => {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 40; i++) {
    const begin = performance.now()
    for (let j = 0; j < times; j++) run()
    best = Math.min(best, (1000 * (performance.now() - begin)) / times)
  }
  return best
}

const say = (what, microseconds) => console.log(what.padEnd(46), `${microseconds.toFixed(3)} µs`)

const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true })
const features = availableFeatures().at(-1)
const kernels = await instantiateKernels(memory, features)

/** Runs the steps of one application `count` times in one call. */
const repeated = (primitive, parameters, shape, count) => {
  const operand = { shape, dtype: 'f32' }
  const tape = {
    values: [operand, specOf(primitive, [operand], parameters)],
    inputs: [{ id: 0, name: 'x' }],
    constants: [],
    applications: [{ primitive, parameters, operands: [0], results: [1] }],
    outputs: [1],
  }
  const plan = planOf(tape, [], kernels)
  const steps = Array.from({ length: count }, () => plan.steps).flat()
  const module = new WebAssembly.Module(encodeProgram({ ...plan, steps }, features))
  const { run } = new WebAssembly.Instance(module, { env: { memory }, kernels }).exports
  return least(100, () => run(1024, 1024, 0))
}

const many = 1000
for (const [name, ...application] of [
  ['a generated loop', 'neg', {}, [4]],
  ['a strided copy', 'flip', { axes: [0] }, [4]],
  ['a kernel', 'cumsum', { axis: 0, reverse: false }, [4]],
]) {
  const [few, all] = [1, many + 1].map((count) => repeated(...application, count))
  say(`${name}, with its call and work on four elements`, (all - few) / many)
}

const [width, batch] = [8, 64]
const model = vae({
  encoder: gaussianEncoder(mlp([width], [16]), 2),
  decoder: mlp([2], [16], [width]),
  likelihood: bernoulli,
})
const optimizer = adam()
const step = trainingStep(model.objective, optimizer)
const compiled = compileWith(await wasmEngine({ threads: 1 }))(step, { donate: residentParts })
const data = { examples: full([batch, width], 100, 'u8'), weights: ones([batch]) }
const hyper = { learningRate: full([], 1e-3), beta: full([], 1) }
let state = startOf(0, model.init, optimizer).training
const whole = least(500, () => {
  const result = compiled(state, data, hyper)
  state = result.state
  // as a training loop does
  return result.loss.data[0]
})
const { steps } = compiled.profile(state, data, hyper)
const inside = 1000 * steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
say(`VAE 8-16-2, batch ${batch}: a whole Adam step`, whole)
say(`  its ${steps.length} kernels, measured one by one`, inside)
say('  all that is around them', whole - inside)
