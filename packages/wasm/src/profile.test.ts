import { compileWith, showProfile } from '@vae/autograd'
import { add, full, key, matmul, mul, normal, type Tensor, tanh, tensor } from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'

type State = { readonly w: Tensor<[20, 20]>; readonly seen: Tensor<[]> }

const step = ({ w, seen }: State, x: Tensor<[5, 20]>) => ({
  state: { w: add(w, mul(w, 0.5)), seen: add(seen, 1) },
  y: tanh(matmul(x, w)),
})
const start = (): State => ({ w: normal(key(0), [20, 20]), seen: tensor([], [0]) })
const x = full([5, 20], 0.25)

describe('a profile', () => {
  test('has the time, the cost and the share of the roofline of every step', async () => {
    const compiled = compileWith(await wasmEngine())(step, { donate: ['w', 'seen'] })
    const { steps, ceilings, rounds } = compiled.profile(start(), x)
    expect(ceilings.flopsPerSecond).toBeGreaterThan(0)
    expect(ceilings.bytesPerSecond).toBeGreaterThan(0)
    expect(rounds).toBeGreaterThan(0)
    for (const { milliseconds, flops, bytes, roofline } of steps) {
      const least = 1000 * Math.max(flops / ceilings.flopsPerSecond, bytes / ceilings.bytesPerSecond)
      expect(roofline * milliseconds).toBeCloseTo(milliseconds === 0 ? 0 : least, 10)
    }
    const product = steps.find(({ kernel }) => kernel === 'matmul')!
    expect(product.flops).toBeGreaterThanOrEqual(2 * 5 * 20 * 20)
    expect(product.milliseconds).toBeGreaterThan(0)
  })

  test('leaves the state as it was, whether resident or not', async () => {
    const engine = await wasmEngine()
    const [profiled, plain] = [0, 1].map(() => compileWith(engine)(step, { donate: ['w', 'seen'] }))
    const states = [profiled!(start(), x).state, plain!(start(), x).state] as [State, State]
    const host = start()
    profiled!.profile(states[0], x)
    profiled!.profile(host, x)
    const [after, expected] = [profiled!(states[0], x), plain!(states[1], x)]
    expect([...after.state.w.data]).toEqual([...expected.state.w.data])
    expect([...after.y.data]).toEqual([...expected.y.data])
    expect(host.w.data).toEqual(start().w.data)
  })

  test('gives back the memory that it took', async () => {
    const engine = await wasmEngine({ memoryLimit: 2 ** 20 })
    const compiled = compileWith(engine)((s: { readonly w: Tensor<[40_000]> }) => ({ w: add(s.w, 1) }), {
      donate: ['w'],
    })
    const w = full([40_000], 1)
    for (let i = 0; i < 3; i++) compiled.profile({ w })
    expect(compiled({ w }).w.data[0]).toBe(2)
  })

  test('refuses what the program refuses, and a closed program', async () => {
    const { load } = await wasmEngine()
    const spec = { shape: [2], dtype: 'f32' } as const
    const tape = {
      values: [spec],
      inputs: [{ id: 0, name: 'x' }],
      constants: [],
      applications: [],
      outputs: [0],
    }
    const program = load(tape, { donations: [] })
    expect(() => program.profile!([])).toThrow('run: the program has 1 inputs, got 0')
    program.close()
    expect(() => program.profile!([full([2], 1)])).toThrow('run: this program was closed')
  })

  test('reads as a table, the slowest step first', () => {
    const step = { kernel: 'loop', label: 'loop [64]: exp', milliseconds: 0.004, flops: 2e3, bytes: 512 }
    const profile = {
      steps: [
        { ...step, roofline: 0.01 },
        { ...step, kernel: 'matmul', label: 'matmul', milliseconds: 1.2, flops: 5e7, roofline: 0.83 },
      ],
      ceilings: { flopsPerSecond: 5e10, bytesPerSecond: 2e10 },
      rounds: 40,
    }
    expect(showProfile(profile)).toMatchInlineSnapshot(`
      "   time  share  GFLOP/s  GB/s  roofline    kernel
      1.20 ms  100 %     41.7   0.0      83 %    matmul  matmul
      4.00 µs    0 %      0.5   0.1       1 %    loop    loop [64]: exp
      1.20 ms in 2 steps on one thread, the best of 40 rounds; the roofline of one core is 50.0 GFLOP/s and 20.0 GB/s"
    `)
  })
})
