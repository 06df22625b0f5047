import { compileWith, type Engine, valueAndGrad } from '@vae/autograd'
import { bernoulli, gaussianEncoder, mlp, vae } from '@vae/models'
import { full, item, key, leaves, mul, ones, sizeOf, split, sub, tensor, zipTree } from '@vae/tensor'

export interface Sizes {
  readonly features: number
  readonly hidden: number
  readonly latent: number
  readonly batch: number
}

/** Trains a VAE by gradient descent for five steps; returns every loss and parameter. */
export const train = (engine: Engine, { batch: examples, features, hidden, latent }: Sizes): number[] => {
  const model = vae({
    encoder: gaussianEncoder(mlp([features], [hidden]), latent),
    decoder: mlp([latent], [hidden], [features]),
    likelihood: bernoulli,
  })
  const shape: [number, number] = [examples, features]
  const images = tensor(
    shape,
    Uint8Array.from({ length: sizeOf(shape) }, (_, i) => (i * 37) % 256),
    'u8',
  )
  const batch = { examples: images, weights: ones([examples]) }
  const step = compileWith(engine)(
    ({
      params,
      random,
    }: {
      params: ReturnType<typeof model.init>['params']
      random: ReturnType<typeof key>
    }) => {
      const [now, next] = split(random)
      const objective = model.objective({ beta: full([], 1) })
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
