// GFLOP/s of convolutions and their gradients on one core: node packages/wasm/bench/conv.mjs (after a build).
// Multiplications with padding or with the zeros of a dilated operand do not count.
import { specOf } from '@vae/tensor'
import { wasmEngine } from '../dist/engine.js'

const engine = await wasmEngine()

/** A two-dimensional convolution whose two axes are alike. */
const conv = (name, lhs, rhs, { stride = 1, low, high, lhsDilation = 1, rhsDilation = 1 }) => {
  const both = (value) => [value, value]
  const parameters = {
    stride: both(stride),
    low: both(low),
    high: both(high),
    lhsDilation: both(lhsDilation),
    rhsDilation: both(rhsDilation),
    featureGroups: 1,
    batchGroups: 1,
  }
  const operands = [lhs, rhs].map((shape) => ({ shape, dtype: 'f32' }))
  const result = specOf('conv', operands, parameters)
  const tape = {
    values: [...operands, result],
    inputs: [
      { id: 0, name: 'x' },
      { id: 1, name: 'w' },
    ],
    constants: [],
    applications: [{ primitive: 'conv', parameters, operands: [0, 1], results: [2] }],
    outputs: [2],
  }
  const inputs = operands.map(({ shape, dtype }) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.random() - 0.5)
    return { shape, dtype, data }
  })
  let along = 0
  for (let at = 0; at < result.shape[2]; at++)
    for (let tap = 0; tap < rhs[2]; tap++) {
      const position = at * stride + tap * rhsDilation - low
      if (position >= 0 && position % lhsDilation === 0 && position / lhsDilation < lhs[2]) along++
    }
  const flops = 2 * result.shape[0] * result.shape[1] * lhs[1] * along ** 2
  const program = engine.load(tape, { donations: [] })
  const times = Math.ceil(1e8 / flops)
  let best = 0
  for (let round = 0; round < 8; round++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) program.run(inputs)
    best = Math.max(best, (flops * times) / (performance.now() - start) / 1e6)
  }
  program.close()
  console.log(name.padEnd(58), `${best.toFixed(1)} GFLOP/s`)
}

/** [batch, inputs, size, size] → outputs with a square window, and the two gradients as convolutions. */
const layer = (n, c, size, o, window, stride, pad) => {
  const result = Math.floor((size + 2 * pad - window) / stride) + 1
  const name = `${n}×${c}×${size}² → ${o}, ${window}×${window} by ${stride}`
  conv(`${name}`, [n, c, size, size], [o, c, window, window], { stride, low: pad, high: pad })
  const low = window - 1 - pad
  const high = size + window - 1 - ((result - 1) * stride + 1) - low
  conv(`${name}: input gradient`, [n, o, result, result], [c, o, window, window], {
    low,
    high,
    lhsDilation: stride,
  })
  conv(`${name}: kernel gradient`, [c, n, size, size], [o, n, result, result], {
    low: pad,
    high: (result - 1) * stride + window - size - pad,
    rhsDilation: stride,
  })
}

layer(8, 16, 28, 32, 3, 1, 1)
layer(128, 32, 14, 64, 4, 2, 1)
layer(128, 1, 28, 32, 4, 2, 1)
layer(128, 64, 8, 64, 3, 1, 1)
layer(4, 128, 32, 128, 3, 1, 1)
layer(128, 64, 4, 256, 4, 1, 0)
layer(8, 64, 32, 64, 1, 1, 0)
