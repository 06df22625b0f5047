import { compileWith, grad, referenceEngine } from '@vae/autograd'
import {
  add,
  item,
  type Key,
  key,
  leaves,
  mapTree,
  mean,
  mul,
  neg,
  normal,
  ones,
  softplus,
  split,
  square,
  type Tensor,
  tensor,
  zeros,
} from '@vae/tensor'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type AdversarialObjectives,
  adversarialStep,
  optimizersOfPlayers,
  type Players,
} from './adversarial.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { type Training, train } from './loop.ts'
import { adam, applyUpdates, sgd } from './optim/optimizers.ts'
import { type Progress, startOf } from './progress.ts'
import { residentParts } from './step.ts'

/** The smallest pair: a model that shifts noise by `shift`, and a discriminator that is one line. */
type Model = { readonly shift: Tensor<[]> }
type Judge = { readonly slope: Tensor<[]>; readonly offset: Tensor<[]> }
type State = { readonly steps: Tensor<[]> }
type Data = { readonly x: Tensor<[number]>; readonly weights: Tensor<[number]> }
type Hyper = { readonly learningRate: Tensor<[]>; readonly discriminatorLearningRate: Tensor<[]> }
type Objectives = AdversarialObjectives<Model, Judge, State, Data, Hyper, Tensor<[number]>>

const batch = 16
const scalar = (value: number): Tensor<[]> => tensor([], [value])
const logit = ({ slope, offset }: Judge, x: Tensor<[number]>): Tensor<[number]> => add(mul(x, slope), offset)

const game: Objectives = {
  model:
    () =>
    (params, judge, { steps }, _, key) => {
      const made: Tensor<[number]> = add(normal(key, [batch]), params.shift)
      const fooling = softplus(neg(logit(judge, made)))
      return { loss: mean(fooling, [0]), terms: { fooling }, state: { steps: add(steps, 1) }, shared: made }
    },
  discriminator:
    () =>
    (judge, made, { x }) => {
      const onData = softplus(neg(logit(judge, x)))
      const onMade = softplus(logit(judge, made))
      // The penalty on the slope is what makes the game settle.
      return { loss: add(mean(add(onData, onMade), [0]), square(judge.slope)), terms: { onData, onMade } }
    },
}

const adams = { model: adam<Model>({ b1: 0.5, b2: 0.9 }), discriminator: adam<Judge>({ b1: 0.5, b2: 0.9 }) }
const sgds = { model: sgd<Model>(), discriminator: sgd<Judge>() }

const init = (key: Key) => {
  const [shift = 0, slope = 0] = normal(key, [2]).data
  const params: Players<Model, Judge> = {
    model: { shift: scalar(shift) },
    discriminator: { slope: scalar(slope), offset: scalar(0) },
  }
  return { params, state: { steps: zeros([]) } }
}
const dataAt = (seed: Key): Data => ({ x: add(normal(seed, [batch]), 2), weights: ones([batch]) })
const rates = (model: number, discriminator: number): Hyper => ({
  learningRate: scalar(model),
  discriminatorLearningRate: scalar(discriminator),
})

describe('adversarialStep', () => {
  const start = (seed: number) => startOf(seed, init, optimizersOfPlayers(sgds)).training

  it('moves each player against the gradient of its own loss, both from where they were', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const before = start(seed)
        const { model, discriminator } = before.params
        const data = dataAt(before.key)
        const after = adversarialStep(game, sgds)(before, data, rates(1, 0.5))
        const [noise] = split(before.key, 3)
        const modelLoss = (p: Model) =>
          game.model(rates(1, 1))(p, discriminator, before.modelState, data, noise)
        const { shared } = modelLoss(model)
        const judgeLoss = (q: Judge) => game.discriminator(rates(1, 1))(q, shared, data, noise)
        expect(after.loss).toEqual(modelLoss(model).loss)
        expect(after.terms.discriminatorLoss).toEqual(judgeLoss(discriminator).loss)
        expect(after.state.params).toEqual({
          model: applyUpdates(
            model,
            mapTree((slope) => mul(slope, -1), grad(modelLoss)(model)),
          ),
          discriminator: applyUpdates(
            discriminator,
            mapTree((slope) => mul(slope, -0.5), grad(judgeLoss)(discriminator)),
          ),
        })
        expect(item(after.state.modelState.steps)).toBe(1)
      }),
    )
  })

  it('lets no gradient of one player reach the other: who has nothing to learn stays as it is', () => {
    const nothing = { loss: zeros([]), terms: {} }
    const judging: Objectives = {
      ...game,
      model: (hyper) => (params, judge, state, data, key) => ({
        ...game.model(hyper)(params, judge, state, data, key),
        ...nothing,
      }),
    }
    const onlyModel = adversarialStep({ ...game, discriminator: () => () => nothing }, sgds)
    const onlyJudge = adversarialStep(judging, sgds)
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const before = start(seed)
        const data = dataAt(before.key)
        const [model, judge] = [onlyModel, onlyJudge].map(
          (step) => step(before, data, rates(1, 1)).state.params,
        )
        expect(model!.discriminator).toEqual(before.params.discriminator)
        expect(model!.model).not.toEqual(before.params.model)
        expect(judge!.model).toEqual(before.params.model)
        expect(judge!.discriminator).not.toEqual(before.params.discriminator)
      }),
    )
  })

  it('has each tree and each optimizer in its own type', () => {
    const { state } = adversarialStep(game, adams)(
      startOf(0, init, optimizersOfPlayers(adams)).training,
      dataAt(key(0)),
      rates(0.1, 0.1),
    )
    expectTypeOf(state.params).toEqualTypeOf<Players<Model, Judge>>()
    expectTypeOf(state.optimizer.discriminator[0].mean).toEqualTypeOf<Judge>()
    // @ts-expect-error an optimizer of the model does not fit the discriminator
    adversarialStep(game, { model: adams.model, discriminator: adams.model })
    expect(leaves(state.optimizer).map(({ path }) => path)).toEqual([
      'discriminator.0.count',
      'discriminator.0.mean.offset',
      'discriminator.0.mean.slope',
      'discriminator.0.variance.offset',
      'discriminator.0.variance.slope',
      'model.0.count',
      'model.0.mean.shift',
      'model.0.variance.shift',
    ])
  })

  it('finds the equilibrium of the game, where the samples are like the data', () => {
    const run = compileWith(referenceEngine)(adversarialStep(game, adams), { donate: residentParts })
    let state = startOf(1, init, optimizersOfPlayers(adams)).training
    let order = key(7)
    let average = 0
    for (let step = 0; step < 1500; step++) {
      const [now, next] = split(order)
      order = next
      state = run(state, dataAt(now), rates(0.02, 0.02)).state
      if (step >= 1000) average += item(state.params.model.shift) / 500
    }
    // Adam keeps moving by about its learning rate on noisy batches of 16; the mean of the data is 2.
    expect(Math.abs(average - 2)).toBeLessThan(0.2)
  })
})

describe('train with two players', () => {
  type Start = Progress<Players<Model, Judge>, ReturnType<typeof start>['training']['optimizer'], State>
  const start = (seed: number) => startOf(seed, init, optimizersOfPlayers(adams))

  const training = (
    epochs: number,
  ): Training<Start['training']['params'], Start['training']['optimizer'], State, Data, Hyper> => ({
    engine: referenceEngine,
    step: adversarialStep(game, adams),
    batches: (order) => {
      const keys = split(order, 3)
      return { count: 3, dropped: 0, at: (index) => dataAt(keys[index]!), *[Symbol.iterator]() {} }
    },
    hyper: () => rates(0.05, 0.05),
    epochs,
    pause: async () => undefined,
  })

  const last = async (epochs: number, from: Start): Promise<Start> => {
    let progress = from
    for await (const event of train(training(epochs), from))
      if (event.type === 'epoch') progress = event.progress
    return progress
  }

  it('goes on from a checkpoint exactly as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 2 }), async (seed, first) => {
        const whole = await last(3, start(seed))
        const bytes = encodeCheckpoint(await last(first, start(seed)))
        const read = decodeCheckpoint(bytes, 'checkpoint', start(seed + 1))
        if (E.isLeft(read)) throw new Error(read.left.message)
        expect(encodeCheckpoint(await last(3, read.right.progress))).toEqual(encodeCheckpoint(whole))
      }),
      // Each case compiles two programs.
      { numRuns: 20 },
    )
  })
})
