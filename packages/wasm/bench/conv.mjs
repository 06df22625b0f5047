// Effective GFLOP/s (operations of the definition by time) of convolutions and their gradients on one core, and
// their part of the roofline, for each build of the kernels: node packages/wasm/bench/conv.mjs [NAME] (after a
// build). Multiplications with padding or with the zeros of a dilated operand do not count; Winograd's algorithm
// needs fewer than it is credited with. Only layers whose name contains NAME.
import { specOf } from '@vae/tensor'
import { convFlops } from '../dist/conv-flops.js'
import { convWork } from '../dist/convolution.js'
import { availableFeatures } from '../dist/features.js'
import { instantiateKernels } from '../dist/kernels.js'
import { measureCeilings } from '../dist/roofline.js'

const first = 1024

const builds = await Promise.all(
  availableFeatures().map(async (features) => {
    const memory = new WebAssembly.Memory({ initial: 4096, maximum: 65536, shared: true })
    return {
      features,
      kernels: await instantiateKernels(memory, features),
      floats: new Float32Array(memory.buffer),
    }
  }),
)

const bytesOf = (shape) => 4 * shape.reduce((size, dim) => size * dim, 1)

/** The calls of a convolution on operands of its own. */
const prepare = ({ kernels, floats }, lhs, rhs, parameters, result) => {
  const work = convWork(lhs, rhs, parameters, result, kernels)
  let free = first
  const place = (bytes) => {
    const at = free
    free += (Math.ceil(bytes / 64) + 1) * 64
    return at
  }
  const operands = [lhs, rhs].map(({ shape }) => {
    const at = place(bytesOf(shape))
    for (let i = 0; i < bytesOf(shape) / 4; i++) floats[at / 4 + i] = Math.random() - 0.5
    return at
  })
  const to = place(bytesOf(result.shape))
  const workspaces = work.workspaces.map(({ bytes }) => place(bytes))
  const address = (argument) => {
    if (typeof argument === 'number') return argument
    if (argument === 'result') return to
    return 'operand' in argument ? operands[argument.operand] : workspaces[argument.workspace]
  }
  const calls = work.steps.map((step) => ({
    kernel: kernels[step.kernel],
    values: [...step.arguments.map(address), 0, step.units],
  }))
  const run = () => {
    for (const { kernel, values } of calls) kernel(...values)
  }
  return { run, names: work.steps.map(({ kernel }) => kernel) }
}

const { flopsPerSecond } = measureCeilings('simd128')

const conv = (name, lhsShape, rhsShape, p) => {
  const [lhs, rhs] = [lhsShape, rhsShape].map((shape) => ({ shape, dtype: 'f32' }))
  const result = specOf('conv', [lhs, rhs], p)
  const flops = convFlops(lhs, rhs, p, result)
  const prepared = builds.map((build) => prepare(build, lhs, rhs, p, result))
  const best = builds.map(() => 0)
  const times = Math.ceil(5e7 / flops)
  // the builds take turns, so that all meet the same disturbances
  for (let round = 0; round < (flops > 2e9 ? 4 : 10); round++)
    prepared.forEach(({ run }, i) => {
      const start = performance.now()
      for (let j = 0; j < times; j++) run()
      best[i] = Math.max(best[i], (flops * times * 1000) / (performance.now() - start))
    })
  const columns = builds.map(
    ({ features }, i) =>
      `${features} ${(best[i] / 1e9).toFixed(1).padStart(5)} GFLOP/s, ${((100 * best[i]) / flopsPerSecond).toFixed(0).padStart(3)} %`,
  )
  console.log(name.padEnd(50), columns.join('   '), ` ${prepared[0].names.at(-1)}`)
}

/**
 * A convolution [batch, inputs, …sizes] → outputs, and its two gradients as the convolutions that they are. All axes
 * are alike.
 */
const layer = ([n, c, size, o, window, stride, pad, groups = 1, rank = 2]) => {
  const result = Math.floor((size + 2 * pad - window) / stride) + 1
  const each = (value) => Array.from({ length: rank }, () => value)
  const plain = { stride: 1, low: 0, high: 0, lhsDilation: 1, rhsDilation: 1 }
  const parameters = ({ featureGroups = 1, batchGroups = 1, ...p }) => ({
    ...Object.fromEntries(Object.entries({ ...plain, ...p }).map(([key, value]) => [key, each(value)])),
    featureGroups,
    batchGroups,
  })
  const low = window - 1 - pad
  const high = size + window - 1 - ((result - 1) * stride + 1) - low
  const of = groups > 1 ? `, ${groups} groups` : ''
  const name = `${n}×${c}×${size}${'¹²³'[rank - 1]} → ${o}, ${window}${'¹²³'[rank - 1]} by ${stride}${of}`
  if (process.argv[2] && !name.includes(process.argv[2])) return
  const forward = parameters({ stride, low: pad, high: pad, featureGroups: groups })
  conv(name, [n, c, ...each(size)], [o, c / groups, ...each(window)], forward)
  const input = parameters({ low, high, lhsDilation: stride, featureGroups: groups })
  conv('  input gradient', [n, o, ...each(result)], [c, o / groups, ...each(window)], input)
  const kernel = parameters({
    low: pad,
    high: (result - 1) * stride + window - size - pad,
    rhsDilation: stride,
    batchGroups: groups,
  })
  conv('  kernel gradient', [c, n, ...each(size)], [o, n, ...each(result)], kernel)
}

// [batch, inputs, size, outputs, window, stride, padding, groups, axes]
const layers = [
  // 3 × 3, as in residual blocks
  [1, 512, 64, 512, 3, 1, 1],
  [1, 128, 128, 128, 3, 1, 1],
  [16, 64, 32, 64, 3, 1, 1],
  [128, 64, 7, 64, 3, 1, 1],
  [8, 16, 28, 32, 3, 1, 1],
  [8, 3, 32, 64, 3, 1, 1],
  // the convolutional VAE
  [128, 1, 28, 32, 4, 2, 1],
  [128, 32, 14, 64, 4, 2, 1],
  [128, 64, 7, 256, 7, 1, 0],
  // other windows
  [8, 64, 32, 64, 1, 1, 0],
  [8, 64, 32, 64, 5, 1, 2],
  [8, 64, 256, 64, 3, 1, 1, 1, 1],
  [8, 32, 256, 64, 4, 2, 1, 1, 1],
  [1, 32, 16, 32, 3, 1, 1, 1, 3],
  // groups, and one channel in each
  [8, 64, 32, 64, 3, 1, 1, 4],
  [8, 64, 32, 64, 3, 1, 1, 64],
  [8, 64, 32, 64, 3, 2, 1, 64],
]

for (const each of layers) layer(each)
console.log(`roofline: ${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s`)
