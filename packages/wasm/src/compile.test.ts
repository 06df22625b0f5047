import { compileWith, type Engine, referenceEngine, valueAndGrad } from '@vae/autograd'
import {
  type AnyTensor,
  add,
  div,
  exp,
  type Key,
  key,
  mapTensors,
  matmul,
  mul,
  normal,
  relu,
  softplus,
  split,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { wasmEngine } from './engine.ts'
import { randomNumbers } from './testing/tape.ts'

type Layer = { readonly weight: Tensor<[number, number]>; readonly bias: Tensor<[number]> }
type Parameters = { readonly [Name in 'encoder' | 'mean' | 'logVar' | 'decoder' | 'logits']: Layer }
type State = {
  readonly params: Parameters
  readonly first: Parameters
  readonly second: Parameters
  readonly key: Key
}

/** A whole training step of a small VAE: forward, backward, noise and Adam. */
const vae = (inputs: number, hidden: number, latent: number, batch: number) => {
  const layers = (draw: () => number): Parameters => {
    const layer = (from: number, to: number): Layer => ({
      weight: tensor(
        [from, to],
        Array.from({ length: from * to }, () => draw() / Math.sqrt(from)),
      ),
      bias: tensor(
        [to],
        Array.from({ length: to }, () => 0),
      ),
    })
    return {
      encoder: layer(inputs, hidden),
      mean: layer(hidden, latent),
      logVar: layer(hidden, latent),
      decoder: layer(latent, hidden),
      logits: layer(hidden, inputs),
    }
  }
  const init = (): State => {
    const next = randomNumbers(inputs)
    const zero = () => 0
    return { params: layers(() => next() - 0.5), first: layers(zero), second: layers(zero), key: key(inputs) }
  }

  // the test is about engines: dynamic shapes keep its helpers short
  const linear = (p: { weight: AnyTensor; bias: AnyTensor }, x: AnyTensor): Tensor<number[]> =>
    add(matmul(x as Tensor<number[]>, p.weight as Tensor<number[]>), p.bias as Tensor<number[]>) as Tensor<
      number[]
    >
  const total = (x: AnyTensor): Tensor<[]> => sum(x as Tensor<[number, number]>, [0, 1]) as Tensor<[]>

  const loss = (noise: Key, x: Tensor<[number, number]>) => (p: Parameters) => {
    const h = relu(linear(p.encoder, x))
    const [mean, logVar] = [linear(p.mean, h), linear(p.logVar, h)]
    const z = add(mean, mul(exp(mul(logVar, 0.5)), normal(noise, [batch, latent]) as Tensor<number[]>))
    const logits = linear(p.logits, relu(linear(p.decoder, z as Tensor<number[]>)))
    const reconstruction = total(sub(softplus(logits), mul(x as Tensor<number[]>, logits)))
    const kl = mul(total(sub(add(exp(logVar), square(mean)), add(logVar, 1))), 0.5)
    return div(add(reconstruction, kl), batch) as Tensor<[]>
  }
  const zip = <T>(f: (...leaves: Tensor<number[]>[]) => AnyTensor, first: T, ...others: T[]): T => {
    const leaves = others.map((tree) => {
      const list: AnyTensor[] = []
      mapTensors(tree, (x) => {
        list.push(x)
        return x
      })
      return list
    })
    let i = 0
    return mapTensors(first, (x) => {
      const rest = leaves.map((list) => list[i]!)
      i++
      return f(...([x, ...rest] as Tensor<number[]>[]))
    })
  }
  const step = (state: State, x: Tensor<[number, number]>) => {
    const [now, later] = split(state.key)
    const { value, grad } = valueAndGrad(loss(now, x))(state.params)
    const first = zip((m, g) => add(mul(m!, 0.9), mul(g!, 0.1)), state.first, grad)
    const second = zip((v, g) => add(mul(v!, 0.99), mul(square(g!), 0.01)), state.second, grad)
    const params = zip(
      (p, m, v) => sub(p!, div(mul(m!, 1e-3), add(sqrt(v!), 1e-3))),
      state.params,
      first,
      second,
    )
    return { state: { params, first, second, key: later }, value }
  }
  const next = randomNumbers(batch)
  const data = tensor([batch, inputs], Array.from({ length: batch * inputs }, next))
  return { init, step, data }
}

const train = (engine: Engine, model: ReturnType<typeof vae>, steps: number) => {
  const step = compileWith(engine)(model.step, { donate: ['params', 'first', 'second', 'key'] })
  let state = model.init()
  const losses: number[] = []
  for (let i = 0; i < steps; i++) {
    const result = step(state, model.data)
    state = result.state
    losses.push(result.value.data[0]!)
  }
  const elements: number[] = []
  mapTensors(state, (x) => {
    elements.push(...x.data)
    return x
  })
  return { losses, elements }
}

describe('whole training steps', () => {
  test.each([
    [7, 13, 3, 5],
    [1, 1, 1, 1],
    [31, 17, 9, 23],
  ])('%i-%i-%i, batch %i: 20 steps agree with the reference', async (inputs, hidden, latent, batch) => {
    const model = vae(inputs, hidden, latent, batch)
    const [actual, expected] = [train(await wasmEngine(), model, 20), train(referenceEngine, model, 20)]
    const close = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(b), 1)
    for (const part of ['losses', 'elements'] as const)
      actual[part].forEach((value, i) => {
        expect(close(value, expected[part][i]!), `${part} ${i}: ${value} ≠ ${expected[part][i]}`).toBe(true)
      })
    expect(actual.losses.at(-1)).toBeLessThan(actual.losses[0]!)
  })

  test('the same seed gives the same bits, in a fresh engine too', async () => {
    const model = vae(31, 17, 9, 23)
    expect(train(await wasmEngine(), model, 10)).toEqual(train(await wasmEngine(), model, 10))
  })

  test('the memory never grows after the first step', async () => {
    const made: WebAssembly.Memory[] = []
    const { Memory } = WebAssembly
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor)
        made.push(this)
      }
    }
    const engine = await wasmEngine()
    WebAssembly.Memory = Memory
    const memory = made[0]!
    const model = vae(7, 13, 3, 5)
    const step = compileWith(engine)(model.step, { donate: ['params', 'first', 'second', 'key'] })
    let { state } = step(model.init(), model.data)
    const { byteLength } = memory.buffer
    for (let i = 0; i < 1000; i++) state = step(state, model.data).state
    expect(memory.buffer.byteLength).toBe(byteLength)
  })
})

test('compile needs no engine', async () => {
  const double = await compile((x: Tensor<[3]>) => add(x, x))
  expect([...double(tensor([3], [1, 2, 3])).data]).toEqual([2, 4, 6])
})
