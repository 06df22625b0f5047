import { compileWith } from '@vae/autograd'
import { gaussian, gaussianEncoder, linear, network, vae } from '@vae/models'
import { linearVae, principalLinearVae, type Rows } from '@vae/models/testing'
import { add, full, key, matmul, mul, normal, ones, type Tensor, tensor } from '@vae/tensor'
import { adam, residentParts, startOf, trainingStep } from '@vae/train'
import { wasmEngine } from '@vae/wasm'
import { expect, it } from 'vitest'

const [count, features, latent] = [500, 5, 2] as const
const deviation = 0.5
type Hyper = Record<'learningRate' | 'beta', Tensor<[]>>

/** Points near a plane in 5 dimensions. */
const examples: Tensor<[typeof count, typeof features]> = add(
  matmul(normal(key(0), [count, latent]), tensor([latent, features], [2, 1, 0, -1, 0.5, 0, 0.5, 1, 0.5, -1])),
  add(mul(normal(key(1), [count, features]), deviation), tensor([features], [1, -1, 0, 0.5, 2])),
)

const rowsOf = ({ shape: [rows, columns], data }: Tensor<[number, number]>): Rows =>
  Array.from({ length: rows }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)])

it('trains the linear VAE to the optimum of probabilistic principal component analysis', async () => {
  const model = vae({
    encoder: gaussianEncoder(network([features], linear(features, features)), latent),
    decoder: network([latent], linear(latent, features)),
    likelihood: gaussian(deviation),
  })
  const optimizer = adam<ReturnType<typeof model.init>['params']>()
  const step = compileWith(await wasmEngine())(
    trainingStep((hyper: Hyper) => model.objective(hyper), optimizer),
    { donate: residentParts },
  )
  let { training } = startOf(3, model.init, optimizer)
  const batch = { examples, weights: ones([count]) }
  const steps = 2000
  for (let i = 0; i < steps; i++) {
    // Down to nothing, so that the noise of the samples averages out.
    const learningRate = full([], 0.03 * (1 - i / steps))
    training = step(training, batch, { learningRate, beta: full([], 1) }).state
  }

  const { weight, bias } = training.params.decoder
  const transposed = rowsOf(weight)
  const learned = linearVae(
    Array.from({ length: features }, (_, i) => transposed.map((row) => row[i]!)),
    [...bias.data],
    deviation ** 2,
  )
  const rows = rowsOf(examples)
  const best = principalLinearVae(rows, latent, deviation ** 2)
  const meanEvidence = ({ logEvidence }: typeof best): number =>
    rows.reduce((sum, x) => sum + logEvidence(x) / count, 0)

  const gap = meanEvidence(best) - meanEvidence(learned)
  // No model does better than the best, but for float32; what the noise of the samples leaves is 4 · 10⁻⁵ nats of the 14
  // by which the best is better than one Gaussian for all.
  expect(gap).toBeGreaterThan(-1e-5)
  expect(gap).toBeLessThan(1e-3)
})
