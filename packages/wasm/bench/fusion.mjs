// Loops that fusion generates against the same loops written by hand (hand-written.ts), and the bytes per second of two
// that memory bounds against a triad, on one core: node packages/wasm/bench/fusion.mjs (after a build).
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { recordFunction, simplify } from '../../autograd/dist/index.js'
import { bernoulliLogLikelihood, klToStandardNormal, sumOverLatents } from '../../models/dist/index.js'
import { add, full, gelu, mul, relu, silu, softmax, zeros } from '../../tensor/dist/index.js'
import { adam, applyUpdates } from '../../train/dist/index.js'
import { encodeModule } from '../dist/encoder.js'
import { inlineBodyOf, instantiateKernels, vectorKernels } from '../dist/kernels.js'
import { encodeLoop } from '../dist/loop.js'
import { loopUnits } from '../dist/loop-shape.js'
import { planOf } from '../dist/plan.js'

const base = 1024
const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
// the build that hand-written.ts is for
const features = 'simd128'
const kernels = await instantiateKernels(memory, features)

const compileHandWritten = async () => {
  let binary
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd,threads']
  const imported = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
  const { error, stderr } = await asc.main(
    [
      'bench/hand-written.ts',
      ...['--baseDir', fileURLToPath(new URL('..', import.meta.url)), '--outFile', 'loops.wasm'],
      ...options,
      ...imported,
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents
      },
    },
  )
  if (error !== null) throw new Error(stderr.toString())
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } })
  return instance.exports
}

/** The loops of a function of tensors as one call, and the addresses of its operands and results. */
const generate = (f, operands, donations) => {
  const { tape } = recordFunction(f, operands)
  const plan = planOf(simplify(tape), donations, kernels, { keepInputs: true })
  const spaces = { scratch: base, persistent: base + plan.bytes.scratch }
  const missing = base + plan.bytes.scratch + plan.bytes.persistent + 1024 - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / 65536))
  const names = Object.keys(vectorKernels)
  const resolver = {
    address: ({ buffer }) => ({
      base: plan.buffers[buffer].space === 'scratch' ? 0 : 1,
      offset: plan.buffers[buffer].offset,
    }),
    kernel: (name) => names.indexOf(name),
    instruction: (name) => name,
    inlineBody: (name) => inlineBodyOf(name, features),
  }
  const loops = plan.steps.map(({ step }) => {
    const imports = names.map((name) => ({ name, type: vectorKernels[name] }))
    const module = new WebAssembly.Module(
      encodeModule({ imports, functions: [encodeLoop(step, resolver)], run: 0 }),
    )
    const { run } = new WebAssembly.Instance(module, { env: { memory }, kernels }).exports
    return () => run(spaces.scratch, spaces.persistent, 0, loopUnits(step))
  })
  const addressOf = ({ buffer }) => spaces[plan.buffers[buffer].space] + plan.buffers[buffer].offset
  const run = () => {
    for (const loop of loops) loop()
  }
  return {
    run,
    loops: loops.length,
    inputs: plan.inputs.map(addressOf),
    outputs: plan.outputs.map(addressOf),
  }
}

/** The shortest time of each of several functions, measured in turns. */
const best = (functions, times, rounds) => {
  const shortest = functions.map(() => Infinity)
  for (let round = 0; round < rounds; round++)
    functions.forEach((f, i) => {
      const start = performance.now()
      for (let time = 0; time < times; time++) f()
      shortest[i] = Math.min(shortest[i], (performance.now() - start) / times)
    })
  return shortest
}

const fill = (address, count, f) => {
  const floats = new Float32Array(memory.buffer, address, count)
  for (let i = 0; i < count; i++) floats[i] = f(i)
}
const noise = (i) => (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24

const hand = await compileHandWritten()
const [a, b, c] = [0.5, -0.1, 0.25]

const affine = (size) => ({
  name: `relu(a·x + b) + c of ${size}`,
  f: (x, factor, shift, more) => add(relu(add(mul(x, factor), shift)), more),
  operands: [zeros([size]), full([], a), full([], b), full([], c)],
  scalars: [undefined, a, b, c],
  byHand: ([x], [y]) => hand.affine(x, y, a, b, c, size),
  bytes: 8 * size,
})

const optimizer = adam()
const adamStep = (size) => {
  const params = { w: zeros([size]) }
  const [{ count, mean, variance }] = optimizer.init(params)
  const scale = (decay, t) => 1 / (1 - decay ** t)
  return {
    name: `Adam on ${size}`,
    // the count of steps stays, so that each run does the same
    f: (w, m, v, g, t, learningRate) => {
      const state = [{ count: t, mean: { w: m }, variance: { w: v } }, {}]
      const { updates, state: next } = optimizer.update({ w: g }, state, { w }, { learningRate })
      return [applyUpdates({ w }, updates).w, next[0].mean.w, next[0].variance.w]
    },
    operands: [params.w, mean.w, variance.w, zeros([size]), count, full([], 1e-3)],
    scalars: [undefined, undefined, undefined, undefined, 4, 1e-3],
    donations: [0, 1, 2].map((input) => ({ input, output: input })),
    byHand: ([p, m, v, g]) => hand.adam(p, m, v, g, 1e-3, scale(0.9, 5), scale(0.999, 5), size),
    bytes: 28 * size,
  }
}

const elementwise = (name, f, loop, size) => ({
  name: `${name} of ${size}`,
  f,
  operands: [zeros([size])],
  byHand: ([x], [y]) => loop(x, y, size),
})

const rowwise = (name, f, loop, rows, columns, operands, results) => ({
  results,
  name: `${name} of [${rows}, ${columns}]`,
  f,
  operands: Array.from({ length: operands }, () => zeros([rows, columns])),
  byHand: (inputs, outputs) => loop(...inputs, ...outputs, rows, columns),
})

const kl = (mean, logVar) => sumOverLatents(klToStandardNormal({ mean, logVar }))
const large = 2 ** 24
const works = [
  affine(2 ** 16),
  adamStep(2 ** 14),
  elementwise('GELU', gelu, hand.gelu, 2 ** 16),
  elementwise('SiLU', silu, hand.silu, 2 ** 16),
  rowwise('Bernoulli log-likelihood', bernoulliLogLikelihood, hand.bernoulli, 128, 784, 2, 128),
  rowwise('Gaussian KL', kl, hand.kl, 1024, 64, 2, 1024),
  rowwise('softmax', (x) => softmax(x, 1), hand.softmax, 128, 1000, 1),
  affine(large),
  adamStep(large),
]

// behind all that the works need
const [first, second, tripled] = [16, 20, 24].map((bytes) => base + bytes * large + 65536)
memory.grow(Math.ceil((tripled + 4 * large + 1024 - memory.buffer.byteLength) / 65536))
// pages that were never written are all the same one, which caches hold
for (const array of [first, second]) fill(array, large, noise)
const triad = () => hand.triad(first, second, tripled, 3, large)

for (const { name, f, operands, scalars = [], donations = [], byHand, bytes, results } of works) {
  const { run, loops, inputs, outputs } = generate(f, operands, donations)
  const size = operands[0].data.length
  const set = () =>
    operands.forEach(({ data }, i) => {
      const scalar = scalars[i]
      fill(inputs[i], data.length, (at) => scalar ?? noise(at + i * 31) * 0.9 + 0.05)
    })
  const result = (once) => {
    set()
    once()
    return new Float32Array(memory.buffer, outputs[0], results ?? size).slice()
  }
  const once = () => byHand(inputs, outputs)
  const [mine, other] = [result(run), result(once)]
  if (mine.some((x, i) => Math.abs(x - other[i]) > 1e-5 * Math.abs(x)))
    throw new Error(`${name}: fusion and the loop by hand disagree`)
  const times = Math.max(1, Math.floor(2 ** 20 / size))
  const bound = size >= 2 ** 20
  // in turns with the triad, since other programs of the machine want its memory too
  const [generated, written, tripling] = best([run, once, ...(bound ? [triad] : [])], times, bound ? 12 : 40)
  const [rate, ceiling] = [bytes / generated / 1e6, (12 * large) / tripling / 1e6]
  const share = bound
    ? `, ${rate.toFixed(1)} GB/s, ${((100 * rate) / ceiling).toFixed(0)} % of a triad's ${ceiling.toFixed(1)}`
    : ''
  console.log(
    `${name.padEnd(42)} ${loops} loops, ${((1e6 * generated) / size).toFixed(2)} ns an element, ` +
      `${(generated / written).toFixed(3)} × the time by hand${share}`,
  )
}
