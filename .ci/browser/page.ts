import { compileWith, type Engine, referenceEngine, valueAndGrad } from '@vae/autograd'
import { mlpVae } from '@vae/models'
import { full, item, key, leaves, mul, ones, split, sub, tensor, zipTree } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'

/** Trains a small VAE by gradient descent for a few steps; returns every loss and parameter. */
const train = (engine: Engine): number[] => {
  const model = mlpVae({ features: 13, hidden: 7, latent: 3 })
  const images = tensor(
    [5, 13],
    Uint8Array.from({ length: 65 }, (_, i) => (i * 37) % 256),
    'u8',
  )
  const batch = { images, weights: ones([5]) }
  const step = compileWith(engine)(
    ({
      params,
      random,
    }: {
      params: ReturnType<typeof model.init>['params']
      random: ReturnType<typeof key>
    }) => {
      const [now, next] = split(random)
      const objective = model.objective(full([], 1))
      const { value, grad } = valueAndGrad((p: typeof params) => objective(p, {}, batch, now))(params)
      return { value, params: zipTree((w, g) => sub(w, mul(g, 0.01)), params, grad), random: next }
    },
    { donate: ['params'] },
  )
  let state = { params: model.init(key(0)).params, random: key(1) }
  const losses: number[] = []
  for (let i = 0; i < 5; i++) {
    const { value, ...next } = step(state)
    losses.push(item(value))
    state = next
  }
  return [...losses, ...leaves(state.params).flatMap((leaf) => [...leaf.tensor.data])]
}

/** The largest difference between the two engines, relative to the largest number. */
const difference = async (): Promise<number> => {
  const [expected, actual] = [train(referenceEngine), train(await wasmEngine())]
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!))) / scale
}

Object.assign(globalThis, { difference: difference() })
