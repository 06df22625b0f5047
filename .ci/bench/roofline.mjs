import { Code } from '../../packages/wasm/dist/code.js'
import { encodeModule } from '../../packages/wasm/dist/encoder.js'

/*
 * The two ceilings of one core for WebAssembly with 128-bit vectors: multiplications and additions per second with
 * everything in registers, and bytes per second read from a memory larger than most caches. S. Williams et al.,
 * "Roofline: an insightful visual performance model" (2009).
 */

const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
const memoryBytes = 2 ** 26
// pages that were never written are all the same one, which caches hold
new Float32Array(memory.buffer).fill(1)

const type = { parameters: ['i32', 'i32'], results: [] }

const instantiate = (code) => {
  const module = new WebAssembly.Module(encodeModule({ imports: [], functions: [code.finish()], run: 0 }))
  return new WebAssembly.Instance(module, { env: { memory }, kernels: {} }).exports.run
}

/** Independent chains hide latency; with two operands they just fit the 16 registers of x86. */
const chains = 12
const half = 0x3f000000

/** run(times, –): each chain becomes chain · ½ + ½, `times` times. */
const multiplyAdd = () => {
  const code = new Code(type)
  const accumulators = Array.from({ length: chains }, () => code.local('v128'))
  const constant = code.local('v128')
  const counter = code.local('i32')
  code.splat(half).set(constant)
  code.count(
    counter,
    () => code.get(0),
    () => {
      for (const one of accumulators)
        code.get(one).get(constant).vector('f32x4.mul').get(constant).vector('f32x4.add').set(one)
    },
  )
  keep(code, accumulators)
  return instantiate(code)
}

/** Stores what was computed, so that no compiler leaves it out. */
const keep = (code, accumulators) =>
  accumulators.forEach((one, i) => {
    code
      .constant(0)
      .get(one)
      .memory('v128.store', 16 * i)
  })

/** run(blocks, address): adds up `blocks` blocks of 128 bytes. */
const read = () => {
  const code = new Code(type)
  const accumulators = Array.from({ length: 8 }, () => code.local('v128'))
  const counter = code.local('i32')
  code.count(
    counter,
    () => code.get(0),
    () => {
      accumulators.forEach((one, i) => {
        code
          .get(one)
          .get(1)
          .memory('v128.load', 16 * i)
          .vector('f32x4.add')
          .set(one)
      })
      code.advance(1, 16 * accumulators.length)
    },
  )
  keep(code, accumulators)
  return instantiate(code)
}

const rate = (amount, f) => {
  const begin = performance.now()
  f()
  return (amount / (performance.now() - begin)) * 1000
}

/** Measures ceilings; each call of `measure` may raise them. */
export const createRoofline = () => {
  const [compute, load] = [multiplyAdd(), read()]
  const times = 200_000
  let [flops, bytes] = [0, 0]
  const measure = () => {
    for (let i = 0; i < 20; i++)
      flops = Math.max(
        flops,
        rate(times * chains * 8, () => compute(times, 0)),
      )
    for (let i = 0; i < 2; i++)
      bytes = Math.max(
        bytes,
        rate(memoryBytes, () => load(memoryBytes / 128, 0)),
      )
  }
  return {
    measure,
    ceilings: () => ({ flops, bytes }),
    /** The part of the ceiling that a work reaches in `ms`. */
    reached: (work, ms) => Math.max(work.flops / flops, work.bytes / bytes) / (ms / 1000),
  }
}
