import type { Engine } from '@vae/autograd'
import { type Dataset, type ExampleDType, epochOrder, exampleCount, trainingBatches } from '@vae/data'
import type { Batch } from '@vae/models'
import { type Key, type Tensor, type Tree, tensor } from '@vae/tensor'
import { adam, onHost, type StepObjective, startOf, train, trainingStep } from '@vae/train'

/** What a study trains, on bytes of images unless D says otherwise. */
export interface Study<P, S, Shape extends number[], H, D extends ExampleDType = 'u8'> {
  readonly engine: Engine
  readonly data: Dataset<Shape, D>
  readonly init: (key: Key) => { readonly params: P; readonly state: S }
  readonly objective: StepObjective<P, S, Batch<number, Shape, D>, H & { readonly learningRate: Tensor<[]> }>
  /** The scalars of a step, from 1, beside the learning rate. */
  readonly hyper: (step: number) => H
  readonly epochs: number
  readonly batch?: number
  readonly learningRate?: number
  readonly seed?: number
  /** Called after each epoch. */
  readonly each?: (epoch: number, model: { readonly params: P; readonly state: S }) => Promise<void>
}

/** Trains with Adam from the beginning to the end, and returns what was learned. */
export const trained = async <
  P extends Tree<P>,
  S,
  Shape extends number[],
  H,
  D extends ExampleDType = 'u8',
>({
  engine,
  data,
  init,
  objective,
  hyper,
  epochs,
  batch = 128,
  learningRate = 1e-3,
  seed = 0,
  each,
}: Study<P, S, Shape, H, D>): Promise<{ readonly params: P; readonly state: S }> => {
  const optimizer = adam<P>()
  const rate = tensor([], [learningRate])
  const events = train(
    {
      engine,
      step: trainingStep(objective, optimizer),
      batches: (order: Key) => trainingBatches(data, epochOrder(order, exampleCount(data)), batch),
      hyper: (step: number) => ({ ...hyper(step), learningRate: rate }),
      epochs,
      pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
    },
    startOf(seed, init, optimizer),
  )
  let last: { readonly params: P; readonly state: S } | null = null
  for await (const event of events) {
    if (event.type === 'diverged') throw new Error(event.message)
    if (event.type !== 'epoch') continue
    const { params, modelState } = onHost(event.progress.training)
    last = { params, state: modelState }
    await each?.(event.progress.epoch, last)
  }
  if (last === null) throw new Error('the study has no epoch')
  return last
}
