import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compileWith, type Engine } from '@vae/autograd'
import { add, full, mul, type Tensor } from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Collects what nobody refers to, and lets the finalizers run, which are tasks of their own. */
const forget = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve))
  }
}

type State = { readonly w: Tensor<[50_000]> }

/** Engines have room for five such programs: each keeps 200 kB. */
const compiled = (engine: Engine) =>
  compileWith(engine)(({ w }: State, x: Tensor<[]>) => ({ w: add(w, x) }), { donate: ['w'] })
const small = { memoryLimit: 2 ** 20, threads: 1 }
const start = (): State => ({ w: full([50_000], 1) })
const three = full([], 3)

describe('memory', () => {
  test('of programs that nobody refers to any more is given back', async () => {
    const engine = await wasmEngine(small)
    for (let i = 0; i < 40; i++) {
      expect(compiled(engine)(start(), three).w.data[7]).toBe(4)
      if (i % 4 === 3) await forget()
    }
  })

  test('of a resident tensor outlives the function that made it', async () => {
    const engine = await wasmEngine(small)
    const kept = compiled(engine)(start(), three)
    const others: State[] = []
    for (let i = 0; i < 12; i++) {
      await forget()
      const other = compiled(engine)(start(), full([], i))
      if (i < 2) others.push(other)
    }
    expect([kept, ...others].map(({ w }) => [w.data[0], w.data[49_999]])).toEqual([
      [4, 4],
      [1, 1],
      [2, 2],
    ])
  })

  test('of a program that was closed and then collected is given back once', async () => {
    const engine = await wasmEngine(small)
    const close = () => {
      const f = compiled(engine)
      f(start(), three)
      f.close()
    }
    close()
    const f = compiled(engine)
    let state = f(start(), three)
    await forget()
    compiled(engine)(start(), three)
    state = f(state, three)
    expect(state.w.data[0]).toBe(7)
  })

  test('of a thousand programs that were compiled, run and closed is that of one', async () => {
    const engine = await wasmEngine({ threads: 1 })
    const x = full([3], 2)
    const cycle = async (times: number): Promise<number> => {
      for (let i = 0; i < times; i++) {
        const f = compileWith(engine)((a: Tensor<[3]>) => add(mul(a, i), 1))
        expect(f(x).data[0]).toBe(2 * i + 1)
        f.close()
        if (i % 100 === 99) await forget()
      }
      await forget()
      return process.memoryUsage().rss
    }
    const before = await cycle(300)
    expect((await cycle(1000)) - before).toBeLessThan(24 * 2 ** 20)
  })
})
