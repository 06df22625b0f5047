import { compileWith, type Engine, referenceEngine, valueAndGrad } from '@vae/autograd'
import {
  affineCoupling,
  autoencoder,
  type Batch,
  bernoulli,
  betaTcVae,
  connect,
  controlled,
  convDown,
  convUp,
  type Evaluation,
  flowPrior,
  fsq,
  gaussianEncoder,
  gaussianMixture,
  groupedQuantizer,
  type ImportanceObjective,
  importanceWeighted,
  learnedGaussian,
  lfq,
  mlp,
  type PaidKl,
  residualDown,
  residualQuantizer,
  residualUp,
  type Terms,
  vae,
  vampPrior,
  vectorQuantizer,
  vqVae,
} from '@vae/models'
import { full, type Key, key, leaves, type Tensor, type Tree, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { expect, it } from 'vitest'

type Data = Batch<number, [1, 8, 8], 'u8'>

/** Loss, terms, gradient and next state of a model. */
type Run = (engine: Engine, batch: Data) => unknown

const runOf =
  <P extends Tree<P>, State extends Tree<State>>(
    model: { readonly init: (key: Key) => { readonly params: P; readonly state: State } },
    objective: (params: P, state: State, batch: Data, key: Key) => Evaluation<number, State, Terms<number>>,
  ): Run =>
  (engine, batch) => {
    const { params, state } = model.init(key(1))
    const step = (p: P, s: State, data: Data, draw: Key) => valueAndGrad(objective)(p, s, data, draw)
    return compileWith(engine)(step)(params, state, batch, key(2))
  }

const scalar = (value: number): Tensor<[]> => full([], value)
const parts = {
  encoder: gaussianEncoder(mlp([1, 8, 8], [12]), 3),
  decoder: mlp([3], [12], [1, 8, 8]),
  likelihood: bernoulli,
}
const hyper = { beta: scalar(2) }

const plain = autoencoder({
  encoder: mlp([1, 8, 8], [12], [3]),
  decoder: parts.decoder,
  likelihood: bernoulli,
})
const images = vae({
  encoder: gaussianEncoder(connect([convDown([1, 8, 8], [3, 4]), mlp([4, 2, 2], [8])]), 3),
  decoder: connect([mlp([3], [8], [4, 2, 2]), convUp([4, 2, 2], [3, 2])]),
  likelihood: learnedGaussian,
})
const totalCorrelation = betaTcVae(parts, { datasetSize: 100 })
const steered = controlled(vae(parts), { min: 1 })
const mixture = vae({ ...parts, prior: gaussianMixture({ components: 4, latent: 3 }) })
const vamp = vae({ ...parts, prior: vampPrior({ components: 4, example: [1, 8, 8], latent: 3 }) })
const flow = vae({ ...parts, prior: flowPrior(affineCoupling({ latent: 3, hidden: 4, keeps: 'even' })) })

const paying = (kl: PaidKl): Run => {
  const model = vae(parts, { kl })
  return runOf(model, model.objective(hyper))
}

const weighted = (objective: ImportanceObjective): Run => {
  const model = importanceWeighted(parts, objective)
  return runOf(model, model.objective({}))
}

const maps = {
  encoder: residualDown([1, 8, 8], [3, 4], 4, { hidden: 3 }),
  decoder: residualUp([4, 2, 2], [4, 3, 1], { hidden: 3 }),
  likelihood: bernoulli,
}
const stage = vectorQuantizer(4, 5, { learning: 'ema', restart: { threshold: 0.5 } })
const vqHyper = { commitment: scalar(0.25), entropy: scalar(0.1) }
const codes = {
  averages: vqVae({ ...maps, quantizer: stage }),
  gradient: vqVae({ ...maps, quantizer: vectorQuantizer(4, 5, { learning: 'gradient' }) }),
  residual: vqVae({ ...maps, quantizer: residualQuantizer(stage, 2, { dropout: { minimum: 1 } }) }),
  grouped: vqVae({ ...maps, quantizer: groupedQuantizer(4, 2, vectorQuantizer(2, 5, { learning: 'ema' })) }),
  fsq: vqVae({ ...maps, quantizer: fsq([3, 4, 5, 2]) }),
  lfq: vqVae({ ...maps, quantizer: lfq(4) }),
}

const models: Readonly<Record<string, Run>> = {
  autoencoder: runOf(plain, plain.objective({})),
  vae: paying({ kind: 'whole' }),
  'vae of images': runOf(images, images.objective(hyper)),
  'vae with free bits': paying({ kind: 'free-bits', per: 'dimension', nats: 0.01 }),
  'vae of active dimensions': paying({ kind: 'active-dimensions', threshold: 1e-4 }),
  'vae with a mixture prior': runOf(mixture, mixture.objective(hyper)),
  'vae with a VampPrior': runOf(vamp, vamp.objective(hyper)),
  'vae with a flow prior': runOf(flow, flow.objective(hyper)),
  controlled: runOf(steered, steered.objective({ targetKl: scalar(3) })),
  betaTcVae: runOf(totalCorrelation, totalCorrelation.objective(hyper)),
  iwae: weighted({ kind: 'iwae', samples: 4 }),
  miwae: weighted({ kind: 'miwae', outer: 2, samples: 3 }),
  ciwae: weighted({ kind: 'ciwae', samples: 4, beta: 0.3 }),
  dreg: weighted({ kind: 'dreg', samples: 4 }),
  'vqVae of averages': runOf(codes.averages, codes.averages.objective(vqHyper)),
  'vqVae by gradients': runOf(codes.gradient, codes.gradient.objective(vqHyper)),
  'vqVae of residuals': runOf(codes.residual, codes.residual.objective(vqHyper)),
  'vqVae of groups': runOf(codes.grouped, codes.grouped.objective(vqHyper)),
  'vqVae of fsq': runOf(codes.fsq, codes.fsq.objective(vqHyper)),
  'vqVae of lfq': runOf(codes.lfq, codes.lfq.objective(vqHyper)),
}

const batch: Data = {
  examples: tensor(
    [7, 1, 8, 8],
    Uint8Array.from({ length: 7 * 64 }, (_, i) => (i * i * 31 + i * 7) % 256),
    'u8',
  ),
  weights: tensor([7], [1, 1, 0, 1, 1, 1, 0]),
}

const wasm = await wasmEngine()

it.each(Object.entries(models))('%s: a step on the engine is that of the reference', (_, run) => {
  const [expected, actual] = [referenceEngine, wasm].map((engine) => leaves(run(engine, batch)))
  expect(actual!.map(({ path }) => path)).toEqual(expected!.map(({ path }) => path))
  expected!.forEach(({ path, tensor: { data } }, leaf) => {
    const scale = Math.max(1, ...Array.from(data, Math.abs))
    data.forEach((value, i) => {
      // Sums over up to 7 · 64 terms, rounded in another order.
      expect(Math.abs(actual![leaf]!.tensor.data[i]! - value), path).toBeLessThan(1e-5 * scale)
    })
  })
})
