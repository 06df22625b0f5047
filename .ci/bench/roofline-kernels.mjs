import { Code } from '../../packages/wasm/dist/code.js'
import { encodeModule } from '../../packages/wasm/dist/encoder.js'
import { availableFeatures } from '../../packages/wasm/dist/features.js'
import { chains, multiplyAdd } from '../../packages/wasm/dist/roofline.js'

/*
 * The two loops whose rates are the ceilings of one core for WebAssembly with 128-bit vectors.
 */

const arrayBytes = 2 ** 26
/** Address 0 takes results that no one reads. */
const arrays = [1, 2, 3].map((i) => i * arrayBytes)

const memory = new WebAssembly.Memory({ initial: 4096, maximum: 4096, shared: true })
// pages that were never written are all the same one, which caches hold
new Float32Array(memory.buffer).fill(1)

const instantiate = (code) => {
  const module = new WebAssembly.Module(encodeModule({ imports: [], functions: [code.finish()], run: 0 }))
  return new WebAssembly.Instance(module, { env: { memory }, kernels: {} }).exports.run
}

const half = 0x3f000000

/** run(blocks, offset): a = b + ½ · c on `blocks` blocks of 64 bytes. J. McCalpin's STREAM triad (1995). */
const triad = () => {
  const code = new Code({ parameters: ['i32', 'i32'], results: [] })
  const constant = code.local('v128')
  const counter = code.local('i32')
  const [a, b, c] = arrays
  code.splat(half).set(constant)
  code.count(
    counter,
    () => code.get(0),
    () => {
      for (let at = 0; at < 64; at += 16) {
        code
          .get(1)
          .get(1)
          .memory('v128.load', b + at)
        code
          .get(1)
          .memory('v128.load', c + at)
          .get(constant)
          .vector('f32x4.mul')
          .vector('f32x4.add')
        code.memory('v128.store', a + at)
      }
      code.advance(1, 64)
    },
  )
  return instantiate(code)
}

const rate = (amount, f) => {
  const begin = performance.now()
  f()
  return (amount / (performance.now() - begin)) * 1000
}

const times = 200_000
// the portable build comes first, and that of relaxed SIMD where the machine has it
const [compute, stream] = [instantiate(multiplyAdd(availableFeatures().at(-1))), triad()]

/** What one core does in a second: multiplications and additions in registers, or bytes that a triad moves. */
export const rates = {
  flops: () => rate(times * chains * 8, () => compute(times, 0)),
  bytes: () => rate(3 * arrayBytes, () => stream(arrayBytes / 64, 0)),
}
