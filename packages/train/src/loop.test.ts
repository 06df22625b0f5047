import { referenceEngine } from '@vae/autograd'
import {
  add,
  div,
  type Key,
  log,
  mean,
  mul,
  normal,
  ones,
  square,
  sub,
  type Tensor,
  type Tree,
  tensor,
} from '@vae/tensor'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { type Training, type TrainingEvent, train } from './loop.ts'
import { adam } from './optim/optimizers.ts'
import { type Progress, startOf } from './progress.ts'
import { trainingStep } from './step.ts'

/** A line y = w · x + b, fitted to noisy points: the smallest model with every part of a training. */
type Params = { readonly w: Tensor<[]>; readonly b: Tensor<[]> }
type State = { readonly seen: Tensor<[]> }
type Data = { readonly x: Tensor<[number]>; readonly weights: Tensor<[number]> }
type Hyper = { readonly learningRate: Tensor<[]> }

const batch = 4
const optimizer = adam<Params>()

const init = (key: Key): { params: Params; state: State } => {
  const [w = 0, b = 0] = normal(key, [2]).data
  return { params: { w: tensor([], [w]), b: tensor([], [b]) }, state: { seen: tensor([], [0]) } }
}

const step = trainingStep(
  () =>
    (params: Params, state: State, { x }: Data, key: Key) => {
      const y = add(mul(x, 3), mul(normal(key, [batch]), 0.1))
      const error = square(sub(add(mul(x, params.w), params.b), y))
      return { loss: mean(error, [0]), terms: { error }, state: { seen: add(state.seen, batch) } }
    },
  optimizer,
)

type LineProgress = Progress<Params, ReturnType<typeof optimizer.init>, State>
type LineTraining = Training<Params, ReturnType<typeof optimizer.init>, State, Data, Hyper>

const start = (seed: number): LineProgress => startOf(seed, init, optimizer)

const batchesOf = (key: Key): ReturnType<LineTraining['batches']> => {
  const { data } = normal(key, [3 * batch])
  const at = (index: number): Data => ({
    x: tensor([batch], data.slice(index * batch, (index + 1) * batch)),
    weights: ones([batch]),
  })
  return { count: 3, dropped: 1, at, *[Symbol.iterator]() {} }
}

const training = (epochs: number, more: Partial<LineTraining> = {}): LineTraining => ({
  engine: referenceEngine,
  step,
  batches: batchesOf,
  hyper: () => ({ learningRate: tensor([], [0.05]) }),
  epochs,
  pause: async () => undefined,
  ...more,
})

type Event = TrainingEvent<Params, ReturnType<typeof optimizer.init>, State>

const collect = async (options: LineTraining, from: LineProgress): Promise<Event[]> => {
  const events: Event[] = []
  for await (const event of train(options, from)) events.push(event)
  return events
}

const lastProgress = (events: readonly Event[]): LineProgress => {
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event.progress] : []))
  return epochs.at(-1)!
}

describe('train', () => {
  it('reports steps, epochs and the dropped tail, and learns', async () => {
    const events = await collect(training(100), start(0))
    expect(events[0]).toEqual({
      type: 'warning',
      message: 'each epoch leaves out 1 example, other ones each time, because they fill no batch',
    })
    expect(events.filter(({ type }) => type === 'step')).toHaveLength(300)
    const { epoch, step, training: trained } = lastProgress(events)
    expect([epoch, step]).toEqual([100, 300])
    expect(trained.params.w.data[0]).toBeCloseTo(3, 1)
    expect(trained.modelState.seen.data[0]).toBe(1200)
  })

  it('goes on from a checkpoint exactly as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 3 }), async (seed, first) => {
        const whole = lastProgress(await collect(training(4), start(seed)))
        const stopped = lastProgress(await collect(training(first), start(seed)))
        const read = decodeCheckpoint(encodeCheckpoint(stopped), 'checkpoint', start(seed + 1))
        if (E.isLeft(read)) throw new Error(read.left.message)
        const resumed = lastProgress(await collect(training(4), read.right.progress))
        expect(encodeCheckpoint(resumed)).toEqual(encodeCheckpoint(whole))
      }),
    )
  })

  it('ends after the running step when it is aborted', async () => {
    const signal = { aborted: false }
    const types: string[] = []
    for await (const event of train(training(5, { signal }), start(0))) {
      types.push(event.type)
      if (types.length === 6) signal.aborted = true
    }
    expect(types).toEqual(['warning', 'step', 'step', 'step', 'epoch', 'step', 'aborted'])
  })

  it('does nothing when all epochs were made', async () => {
    const done = lastProgress(await collect(training(1), start(0)))
    expect(await collect(training(1), done)).toEqual([])
  })

  it('stops at a loss that is no number, and names step, term and operation', async () => {
    const broken = trainingStep(
      () =>
        (params: Params, state: State, { x, weights }: Data) => {
          // Below 0 once w has come down far enough.
          const error = add(mul(x, 0), log(params.w))
          return { loss: mean(div(error, weights), [0]), terms: { error }, state }
        },
      optimizer,
    )
    const from = start(0)
    const params = { w: tensor([], [0.12]), b: tensor([], [0]) }
    const events = await collect(training(5, { step: broken }), {
      ...from,
      training: { ...from.training, params },
    })
    const last = events.at(-1)!
    if (last.type !== 'diverged') throw new Error(`expected divergence, got ${last.type}`)
    expect(last.step).toBeLessThan(15)
    expect(last.message).toMatch(
      /^training stopped at step (\d+): loss is NaN, error is NaN; the first operation that left the finite numbers is log \[\], in step \1$/,
    )
  })
})

describe('startOf', () => {
  it('is a function of the seed', () => {
    expect(encodeCheckpoint(start(7))).toEqual(encodeCheckpoint(start(7)))
    expect(encodeCheckpoint(start(7))).not.toEqual(encodeCheckpoint(start(8)))
  })

  it('gives a tree', () => {
    const check = <T extends Tree<T>>(tree: T): T => tree
    expect(check(start(0).training.params)).toBeDefined()
  })
})
