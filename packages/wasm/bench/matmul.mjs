// GFLOP/s of the matrix product on one core: node packages/wasm/bench/matmul.mjs (after a build).
import { instantiateKernels, matmulRows } from '../dist/kernels.js'

const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
const { matmul, matmulWorkspace } = await instantiateKernels(memory)
const floats = new Float32Array(memory.buffer)

// [m, k] · [k, n] of training steps (npm run bench has large squares); T marks an operand that is stored transposed
const works = [
  [128, 400, 784, ''],
  [128, 784, 400, ''],
  [784, 400, 128, 'left'],
  [400, 784, 128, 'left'],
  [128, 400, 784, 'right'],
  [128, 784, 400, 'right'],
  [128, 16, 400, ''],
  [128, 400, 16, ''],
  [400, 16, 128, 'left'],
  [16, 400, 128, 'left'],
  [64, 16, 8, ''],
]

for (const [m, n, k, transposed] of works) {
  const workspace = 1024
  const a = workspace + matmulWorkspace(m, n, k)
  const b = a + 4 * m * k
  const c = b + 4 * k * n
  for (let i = a / 4; i < c / 4; i++) floats[i] = Math.random() - 0.5
  const once = () =>
    matmul(
      a,
      b,
      c,
      m,
      n,
      k,
      Number(transposed === 'left'),
      Number(transposed === 'right'),
      workspace,
      0,
      Math.ceil(m / matmulRows),
    )
  const flops = 2 * m * n * k
  const times = Math.ceil(1e8 / flops)
  let best = 0
  for (let round = 0; round < 12; round++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) once()
    best = Math.max(best, (flops * times) / (performance.now() - start) / 1e6)
  }
  console.log(
    `[${m}, ${k}]${transposed === 'left' ? 'ᵀ' : ''} @ [${k}, ${n}]${transposed === 'right' ? 'ᵀ' : ''}`.padEnd(
      30,
    ),
    `${best.toFixed(1)} GFLOP/s`,
  )
}
