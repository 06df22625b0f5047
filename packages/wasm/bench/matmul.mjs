// GFLOP/s of the matrix product on one core and its part of the roofline, for each build of the kernels:
// node packages/wasm/bench/matmul.mjs (after a build).
import { availableFeatures } from '../dist/features.js'
import { instantiateKernels } from '../dist/kernels.js'
import { measureCeilings } from '../dist/roofline.js'

const builds = await Promise.all(
  availableFeatures().map(async (features) => {
    const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
    const kernels = await instantiateKernels(memory, features)
    return { features, kernels, floats: new Float32Array(memory.buffer) }
  }),
)

// [m, k] · [k, n]; T marks an operand that is stored transposed. Squares, then the products of an MLP VAE's step.
const works = [
  ...['', 'left', 'right', 'both'].map((transposed) => [512, 512, 512, transposed]),
  ...['', 'left', 'right', 'both'].map((transposed) => [1024, 1024, 1024, transposed]),
  [128, 400, 784, ''],
  [128, 784, 400, ''],
  [784, 400, 128, 'left'],
  [400, 784, 128, 'left'],
  [128, 400, 784, 'right'],
  [128, 20, 400, ''],
  [128, 400, 20, ''],
  [400, 20, 128, 'left'],
  [20, 400, 128, 'left'],
  [128, 400, 20, 'right'],
  [128, 20, 400, 'right'],
  [64, 16, 8, ''],
  [1, 784, 400, ''],
]

const align = (address) => Math.ceil(address / 64) * 64

/** One product of a build, with operands of its own. */
const product = ({ kernels, floats }, [m, n, k, transposed]) => {
  const { matmul, matmulUnits, matmulWorkspace } = kernels
  const workspace = 1024
  const a = align(workspace + matmulWorkspace(m, n, k))
  const b = align(a + 4 * m * k)
  const c = align(b + 4 * k * n)
  for (let i = a / 4; i < c / 4; i++) floats[i] = Math.random() - 0.5
  const left = Number(transposed === 'left' || transposed === 'both')
  const right = Number(transposed === 'right' || transposed === 'both')
  return () => matmul(a, b, c, m, n, k, left, right, 0, 0, 0, workspace, 0, matmulUnits(m, n, 0))
}

const { flopsPerSecond } = measureCeilings()
const mark = (transposed, side) => (transposed === side || transposed === 'both' ? 'ᵀ' : '')

for (const work of works) {
  const [m, n, k, transposed] = work
  const products = builds.map((build) => product(build, work))
  const best = builds.map(() => 0)
  const flops = 2 * m * n * k
  const times = Math.ceil(3e7 / flops)
  // the builds take turns, so that all meet the same disturbances
  for (let round = 0; round < 40; round++)
    products.forEach((once, i) => {
      const start = performance.now()
      for (let j = 0; j < times; j++) once()
      best[i] = Math.max(best[i], (flops * times * 1000) / (performance.now() - start))
    })
  const columns = builds.map(
    ({ features }, i) =>
      `${features} ${(best[i] / 1e9).toFixed(1).padStart(5)} GFLOP/s, ${((100 * best[i]) / flopsPerSecond).toFixed(0).padStart(3)} %`,
  )
  console.log(
    `[${m}, ${k}]${mark(transposed, 'left')} @ [${k}, ${n}]${mark(transposed, 'right')}`.padEnd(30),
    columns.join('   '),
  )
}
console.log(`roofline: ${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s`)
