import { Code } from './code.ts'
import { encodeModule } from './encoder.ts'
import type { Features } from './features.ts'

/** The two ceilings of one core that no kernel can pass unless caches help. */
export interface Ceilings {
  /** Multiplications and additions on vectors of four, with everything in registers. */
  readonly flopsPerSecond: number
  /** Bytes read and written by `a · ½ + b` on arrays that no cache holds. */
  readonly bytesPerSecond: number
}

/*
 * S. Williams et al., "Roofline: an insightful visual performance model for multicore architectures" (2009). Both loops
 * are generated as those of programs are, and use the same instructions.
 */

const type = { parameters: ['i32', 'i32'], results: [] } as const
const [TIMES, BYTES] = [0, 1]
const half = 0x3f000000

/** Independent chains hide latency; with the constant they just fit the 16 registers of x86. */
export const chains = 14

/** run(times, –): each chain becomes chain · ½ + ½, `times` times. */
export const multiplyAdd = (features: Features): Code => {
  const code = new Code(type)
  const accumulators = Array.from({ length: chains }, () => code.local('v128'))
  const constant = code.local('v128')
  const counter = code.local('i32')
  code.splat(half).set(constant)
  code.count(
    counter,
    () => code.get(TIMES),
    () => {
      for (const one of accumulators)
        if (features === 'relaxed-simd')
          code.get(one).get(constant).get(constant).vector('f32x4.relaxed_madd').set(one)
        else code.get(one).get(constant).vector('f32x4.mul').get(constant).vector('f32x4.add').set(one)
    },
  )
  // stored, so that no compiler leaves the work out
  accumulators.forEach((one, i) => {
    code
      .constant(0)
      .get(one)
      .memory('v128.store', 16 * i)
  })
  return code
}

/** run(vectors, bytes): the first of three arrays of `bytes` bytes · ½ + the second becomes the third. */
const triad = (): Code => {
  const code = new Code(type)
  const [counter, first, second, third] = [0, 1, 2, 3].map(() => code.local('i32')) as [
    number,
    number,
    number,
    number,
  ]
  const constant = code.local('v128')
  code.splat(half).set(constant)
  code.get(BYTES).set(second).get(second).get(second).plain('i32.add').set(third)
  code.count(
    counter,
    () => code.get(TIMES),
    () => {
      code.get(third).get(first).memory('v128.load', 0).get(constant).vector('f32x4.mul')
      code.get(second).memory('v128.load', 0).vector('f32x4.add').memory('v128.store', 0)
      for (const pointer of [first, second, third]) code.advance(pointer, 16)
    },
  )
  return code
}

const pageBytes = 65536
const arrayBytes = 320 * pageBytes

/** The best of several runs, per second. */
const rate = (amount: number, times: number, work: () => void): number => {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i < times; i++) {
    const begin = performance.now()
    work()
    shortest = Math.min(shortest, performance.now() - begin)
  }
  return (1000 * amount) / shortest
}

const measured = new Map<Features, Ceilings>()

/**
 * The ceilings of this machine with the instructions of a build, measured at the first call: takes about a fifth of a
 * second and 60 MiB.
 */
export const measureCeilings = (features: Features): Ceilings => {
  const known = measured.get(features)
  if (known !== undefined) return known
  const pages = (3 * arrayBytes) / pageBytes
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  // pages that were never written are all the same one, which caches hold
  new Float32Array(memory.buffer).fill(1)
  const instantiate = (code: Code) => {
    const module = new WebAssembly.Module(encodeModule({ imports: [], functions: [code.finish()], run: 0 }))
    return new WebAssembly.Instance(module, { env: { memory }, kernels: {} }).exports.run as RunLoop
  }
  const [compute, move] = [instantiate(multiplyAdd(features)), instantiate(triad())]
  const times = 200_000
  const ceilings = {
    flopsPerSecond: rate(times * chains * 8, 60, () => compute(times, 0)),
    bytesPerSecond: rate(3 * arrayBytes, 10, () => move(arrayBytes / 16, arrayBytes)),
  }
  measured.set(features, ceilings)
  return ceilings
}

/** Exported by the modules above. */
type RunLoop = (times: number, bytes: number) => void
