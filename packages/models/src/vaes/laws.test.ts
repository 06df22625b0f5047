import { valueAndGrad } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import {
  type AnyTensor,
  concat,
  full,
  item,
  type Key,
  key,
  leaves,
  slice,
  type Tensor,
  type Tree,
  tanh,
  tensor,
  unflatten,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { discriminator } from '../factor/discriminator.ts'
import { affineCoupling } from '../flows/affine-coupling.ts'
import type { KlHyper, PaidKl } from '../kl-term.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { learnedGaussian } from '../likelihoods/gaussian.ts'
import { mlp } from '../networks/mlp.ts'
import type { Batch, Evaluation, Terms } from '../objective.ts'
import { flowPrior } from '../priors/flow.ts'
import { gaussianMixture } from '../priors/mixture.ts'
import { vampPrior } from '../priors/vamp.ts'
import { fsq } from '../quantizers/fsq.ts'
import { groupedQuantizer } from '../quantizers/grouped.ts'
import { lfq } from '../quantizers/lfq.ts'
import { residualQuantizer } from '../quantizers/residual.ts'
import { vectorQuantizer } from '../quantizers/vector.ts'
import { moved } from '../testing/random-params.ts'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { controlled } from './controlled.ts'
import { factorVae } from './factor-vae.ts'
import { importanceWeighted } from './importance-weighted.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

/*
 * The laws that every model obeys: examples of 5 bytes, 2 latent dimensions. Activations are smooth, so that differences
 * settle.
 */

type Data = Batch<number, [5], 'u8'>

/** A model as its laws see it, its scalars given. */
interface Subject {
  readonly init: (key: Key) => unknown
  /** The objective at the start that a seed gives. */
  readonly evaluate: (seed: number, batch: Data, key: Key) => Evaluation<number, unknown, Terms<number>>
  /** The gradient there. */
  readonly gradient: (seed: number, batch: Data, key: Key) => unknown
  /** Compares the gradient with differences, in float64. */
  readonly differences: (seed: number, batch: Data, key: Key) => { readonly unsettled: number }
  /** Terms that are those of the example alone. */
  readonly separable: readonly string[]
  /** The loss of one example by its terms, where the loss is the mean of these. */
  readonly combine: ((terms: Readonly<Record<string, number>>) => number) | null
}

interface Claims {
  readonly separable: readonly string[]
  readonly combine: Subject['combine']
}

/** A copy of a tree, which is none of parameters. */
const held = <T>(tree: T): T =>
  unflatten(
    tree,
    leaves(tree).map(({ tensor: { shape, data } }) => tensor(shape, data)),
  )

/** A model, and where its parameters are whose gradient is that of the loss. */
const subject = <P extends Tree<P>, State>(
  model: {
    readonly init: (key: Key) => { readonly params: P; readonly state: State }
    readonly objective: (
      params: P,
      state: State,
      batch: Data,
      key: Key,
    ) => Evaluation<number, State, Terms<number>>
  },
  { separable, combine }: Claims,
  exact: '' | 'decoder' = '',
): Subject => {
  const startOf = (seed: number) => {
    const { params, state } = model.init(key(seed))
    return { params: moved(params, seed, 0.3), state }
  }
  return {
    init: model.init,
    separable,
    combine,
    evaluate: (seed, batch, draw) => {
      const { params, state } = startOf(seed)
      return model.objective(params, state, batch, draw)
    },
    gradient: (seed, batch, draw) => {
      const { params, state } = startOf(seed)
      return valueAndGrad(model.objective)(params, state, batch, draw).grad
    },
    differences: (seed, batch, draw) => {
      const { params, state } = startOf(seed)
      // As constants: parameters that are no argument of what is recorded are refused.
      const [all, constant] = [leaves(held(params)), held(state)]
      const isExact = ({ path }: { readonly path: string }): boolean => path.startsWith(exact)
      const lossOf = (some: readonly AnyTensor[]) => {
        const rest = [...some]
        const tree = unflatten(
          params,
          all.map((leaf) => (isExact(leaf) ? rest.shift()! : leaf.tensor)),
        )
        return model.objective(tree, constant, batch, draw).loss
      }
      return checkGradients(lossOf, [all.filter(isExact).map(({ tensor }) => tensor)], { elements: 4 })
    },
  }
}

const smooth = { activation: tanh }
const encoder = gaussianEncoder(mlp([5], [4], smooth), 2)
const decoder = mlp([2], [4], [5], smooth)
const parts = { encoder, decoder, likelihood: bernoulli }
const scalar = (value: number): Tensor<[]> => full([], value)

const bound: Claims = {
  separable: ['reconstruction', 'kl'],
  combine: (terms) => terms.reconstruction! + 0.7 * terms.kl!,
}
const batchDependent: Claims = { separable: bound.separable, combine: null }

const vaeOf = (kl: PaidKl, hyper: KlHyper, claims: Claims): Subject => {
  const model = vae(parts, { kl })
  return subject({ init: model.init, objective: model.objective(hyper) }, claims)
}

const withPrior = <P extends Tree<P>>(model: {
  readonly init: (key: Key) => { readonly params: P; readonly state: object }
  readonly objective: (
    hyper: KlHyper,
  ) => (params: P, state: object, batch: Data, key: Key) => Evaluation<number, object, Terms<number>>
}): Subject => subject({ init: model.init, objective: model.objective({ beta: scalar(0.7) }) }, bound)

const weighted = (objective: Parameters<typeof importanceWeighted>[1]): Subject => {
  const model = importanceWeighted(parts, objective)
  const claims: Claims = {
    separable: ['negativeBound', 'negativeElbo'],
    combine: ({ negativeBound }) => negativeBound!,
  }
  const plain = { init: model.init, objective: model.objective({}) }
  if (objective.kind !== 'dreg') return subject(plain, claims)
  // The gradient of DReG is that of its value in the decoder alone.
  return subject(plain, claims, 'decoder')
}

const totalCorrelations = (sampling: 'weighted' | 'stratified'): Subject => {
  const model = betaTcVae(parts, { datasetSize: 100, sampling })
  return subject(
    { init: model.init, objective: model.objective({ beta: scalar(3) }) },
    {
      separable: bound.separable,
      combine: (terms) =>
        terms.reconstruction! +
        terms.mutualInformation! +
        3 * terms.totalCorrelation! +
        terms.dimensionWiseKl!,
    },
  )
}

/** The state of the subject is the discriminator: a tree of its own, through which no gradient flows. */
const judged = (): Subject => {
  const model = factorVae({ ...parts, discriminator: discriminator({ latent: 2, hidden: 3, layers: 2 }) })
  const objective = model.objectives.model({ gamma: scalar(3) })
  return subject(
    {
      init: (from) => {
        const { params } = model.init(from)
        return { params: params.model, state: params.discriminator }
      },
      objective: (params, opponent, batch: Data, draw) => ({
        ...objective(params, opponent, {}, batch, draw),
        state: opponent,
      }),
    },
    {
      separable: ['reconstruction', 'kl', 'totalCorrelation'],
      combine: (terms) => terms.reconstruction! + terms.kl! + 3 * terms.totalCorrelation!,
    },
  )
}

const underControl = (): Subject => {
  const model = controlled(vae(parts), { min: 0.7 })
  return subject({ init: model.init, objective: model.objective({ targetKl: scalar(3) }) }, bound)
}

const plain = (): Subject => {
  const model = autoencoder({ encoder: mlp([5], [4], [2], smooth), decoder, likelihood: bernoulli })
  return subject(
    { init: model.init, objective: model.objective({}) },
    { separable: ['reconstruction'], combine: ({ reconstruction }) => reconstruction! },
  )
}

const losses = { commitment: 0.25, codebook: 1, entropy: 0.1 }

/** A quantizer gets what the encoder gives: the gradient is exact in the decoder alone, where no code changes. */
const coded = <P extends Tree<P>, State>(
  model: {
    readonly init: (key: Key) => { readonly params: P; readonly state: State }
    readonly objective: (hyper: {
      readonly commitment: Tensor<[]>
      readonly entropy: Tensor<[]>
    }) => (params: P, state: State, batch: Data, key: Key) => Evaluation<number, State, Terms<number>>
  },
  separable: readonly string[],
): Subject =>
  subject(
    {
      init: model.init,
      objective: model.objective({ commitment: scalar(losses.commitment), entropy: scalar(losses.entropy) }),
    },
    {
      separable: ['reconstruction', ...separable],
      combine: ({ reconstruction, ...rest }) =>
        Object.entries(rest).reduce(
          (sum, [name, loss]) => sum + loss * losses[name as keyof typeof losses],
          reconstruction!,
        ),
    },
    'decoder',
  )

const toCode = mlp([5], [4], [4], smooth)
const fromCode = mlp([4], [4], [5], smooth)
const code = { encoder: toCode, decoder: fromCode, likelihood: bernoulli }
const stage = vectorQuantizer(4, 3, { learning: 'ema', restart: { threshold: 0.5 } })

const subjects: Readonly<Record<string, Subject>> = {
  vae: vaeOf({ kind: 'whole' }, { beta: scalar(0.7) }, bound),
  'vae with a capacity': vaeOf(
    { kind: 'whole' },
    { beta: scalar(2), capacity: scalar(0.4) },
    {
      separable: bound.separable,
      combine: (terms) => terms.reconstruction! + 2 * Math.abs(terms.kl! - 0.4),
    },
  ),
  'vae with free bits': vaeOf(
    { kind: 'free-bits', per: 'dimension', nats: 0.3 },
    { beta: scalar(0.7) },
    batchDependent,
  ),
  'vae with free bits in total': vaeOf(
    { kind: 'free-bits', per: 'total', nats: 0.3 },
    { beta: scalar(0.7) },
    batchDependent,
  ),
  'vae of active dimensions': vaeOf({ kind: 'active-dimensions' }, { beta: scalar(0.7) }, batchDependent),
  'vae with a mixture prior': withPrior(
    vae({ ...parts, prior: gaussianMixture({ components: 3, latent: 2 }) }),
  ),
  'vae with a VampPrior': withPrior(
    vae({ ...parts, prior: vampPrior({ components: 3, example: [5], latent: 2 }) }),
  ),
  'vae with a flow prior': withPrior(
    vae({ ...parts, prior: flowPrior(affineCoupling({ latent: 2, hidden: 3, keeps: 'even' })) }),
  ),
  'vae of a learned Gaussian': withPrior(
    vae({ encoder, decoder: mlp([2], [4], [10], smooth), likelihood: learnedGaussian }),
  ),
  'iwae': weighted({ kind: 'iwae', samples: 3 }),
  'miwae': weighted({ kind: 'miwae', outer: 2, samples: 3 }),
  'ciwae': weighted({ kind: 'ciwae', samples: 3, beta: 0.4 }),
  'dreg': weighted({ kind: 'dreg', samples: 3 }),
  'betaTcVae, weighted': totalCorrelations('weighted'),
  'betaTcVae, stratified': totalCorrelations('stratified'),
  factorVae: judged(),
  controlled: underControl(),
  autoencoder: plain(),
  'vqVae of averages': coded(vqVae({ ...code, quantizer: stage }), ['commitment']),
  'vqVae by gradients': coded(
    vqVae({
      ...code,
      quantizer: vectorQuantizer(4, 3, { learning: 'gradient', entropy: { temperature: 2 } }),
    }),
    ['commitment', 'codebook'],
  ),
  'vqVae of residuals': coded(
    vqVae({ ...code, quantizer: residualQuantizer(stage, 2, { dropout: { minimum: 1 } }) }),
    ['commitment'],
  ),
  'vqVae of groups': coded(
    vqVae({
      ...code,
      quantizer: groupedQuantizer(
        4,
        2,
        vectorQuantizer(2, 3, { learning: 'ema', metric: 'cosine', estimator: 'rotation' }),
      ),
    }),
    ['commitment'],
  ),
  'vqVae of fsq': coded(vqVae({ ...code, quantizer: fsq([3, 4, 5, 2]) }), []),
  'vqVae of lfq': coded(vqVae({ ...code, quantizer: lfq(4) }), ['commitment']),
}

type Examples = Data['examples']

/** `count` examples that `salt` chooses. */
const bytes = (count: number, salt = 0): Examples =>
  tensor(
    [count, 5],
    Uint8Array.from({ length: count * 5 }, (_, i) => (i * i * 31 + i * 37 + salt * 101) % 256),
    'u8',
  )

const weightsOf = (values: readonly number[]): Tensor<[number]> => tensor([values.length], values)

const numbersOf = (tree: unknown) =>
  leaves(tree).map(({ path, tensor: { data } }) => ({ path, data: [...data] as number[] }))

/** The same tree up to the rounding of sums over other numbers of rows. */
const expectClose = (actual: unknown, expected: unknown): void => {
  const found = numbersOf(actual)
  numbersOf(expected).forEach(({ path, data }, leaf) => {
    expect(found[leaf]!.path).toBe(path)
    expect(found[leaf]!.data).toHaveLength(data.length)
    data.forEach((value, i) => {
      expect(Math.abs(found[leaf]!.data[i]! - value), path).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(value)))
    })
  })
}

/** Everything that a batch has an effect on. */
const effectsOf = ({ evaluate, gradient }: Subject, seed: number, batch: Data, draw: Key) => {
  const { loss, state } = evaluate(seed, batch, draw)
  return { loss, state, gradient: gradient(seed, batch, draw) }
}

const seeds = fc.nat(1000)
/** A case evaluates a model several times, with its gradient. */
const few = { numRuns: 3 }

describe.each(Object.entries(subjects))('%s', (_, model) => {
  it('starts from its key alone', () => {
    expect(numbersOf(model.init(key(8)))).toEqual(numbersOf(model.init(key(8))))
    expect(numbersOf(model.init(key(8)))).not.toEqual(numbersOf(model.init(key(9))))
  })

  it('takes an example to the same nats in a batch of any size', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 6 }), (seed, count) => {
        const examples = bytes(count, seed)
        const termsOf = (batch: Examples) =>
          model.evaluate(
            seed,
            { examples: batch, weights: weightsOf(Array(batch.shape[0]).fill(1)) },
            key(seed),
          ).terms
        // Noise belongs to places, so that the first of a batch is compared with the example alone.
        const [among, two] = [termsOf(examples), termsOf(slice(examples, 0, 0, 2))]
        for (const name of model.separable)
          for (const place of [0, 1]) expect(among[name]!.data[place]).toBeCloseTo(two[name]!.data[place]!, 5)
      }),
      few,
    )
  })

  it('does not see padding: neither in its loss, nor its gradient, nor its next state', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const examples = bytes(4, seed)
        const padded = concat([examples, full([3, 5], 255, 'u8')], 0) as Examples
        expectClose(
          effectsOf(model, seed, { examples: padded, weights: weightsOf([1, 1, 1, 1, 0, 0, 0]) }, key(seed)),
          effectsOf(model, seed, { examples, weights: weightsOf([1, 1, 1, 1]) }, key(seed)),
        )
      }),
      few,
    )
  })

  it('does not see what weighs nothing, wherever it stands', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const weights = weightsOf([1, 0, 1, 1, 0])
        const [one, other] = [1, 2].map((salt) => {
          const examples = bytes(5, seed)
          examples.data.set(bytes(1, seed + salt).data, 5)
          examples.data.set(bytes(1, seed - salt).data, 20)
          return effectsOf(model, seed, { examples, weights }, key(seed))
        })
        expect(numbersOf(one)).toEqual(numbersOf(other))
      }),
      few,
    )
  })

  it.runIf(model.combine)('has the weighted mean of its terms for a loss', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const weights = [1, 0.5, 2, 0, 1]
        const { loss, terms } = model.evaluate(
          seed,
          { examples: bytes(5, seed), weights: weightsOf(weights) },
          key(seed),
        )
        const total = weights.reduce((sum, weight, i) => {
          const own = Object.fromEntries(Object.entries(terms).map(([name, { data }]) => [name, data[i]!]))
          return sum + weight * model.combine!(own)
        }, 0)
        expect(Math.abs(item(loss) - total / 4.5)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(item(loss))))
      }),
      few,
    )
  })

  it('has the gradient of differences, in float64', () => {
    const batch = { examples: bytes(4, 3), weights: weightsOf([1, 1, 0, 0.5]) }
    expect(model.differences(3, batch, key(3)).unsettled).toBe(0)
  })
})
