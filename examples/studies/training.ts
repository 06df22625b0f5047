import type { Engine } from '@vae/autograd'
import { type Dataset, type ExampleDType, epochOrder, exampleCount, trainingBatches } from '@vae/data'
import { readFileIfPresent, writeFileAtomic } from '@vae/data/node'
import type { Batch } from '@vae/models'
import { type Key, type Tensor, type Tree, tensor } from '@vae/tensor'
import {
  type AdamOptions,
  adam,
  decodeCheckpoint,
  encodeCheckpoint,
  onHost,
  type Progress,
  type Step,
  type StepObjective,
  startOf,
  train,
  trainingStep,
} from '@vae/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { match } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'

/** What a training goes through, on bytes of images unless D says otherwise. */
export interface Course<P, S, Shape extends number[], H, D extends ExampleDType = 'u8'> {
  readonly engine: Engine
  readonly data: Dataset<Shape, D>
  readonly init: (key: Key) => { readonly params: P; readonly state: S }
  /** The scalars of a step, from 1, beside the learning rate. */
  readonly hyper: (step: number) => H
  readonly epochs: number
  readonly batch?: number
  /** One for all steps, or that of each step, from 1. */
  readonly learningRate?: number | ((step: number) => number)
  readonly seed?: number
  /** A file that is written after each epoch, and from which a training that was stopped goes on. */
  readonly checkpoint?: string
  /** Called after each epoch, with the mean loss of its steps. */
  readonly each?: (
    epoch: number,
    model: { readonly params: P; readonly state: S },
    loss: number,
  ) => Promise<void>
}

/** What a study trains with Adam. */
export interface Study<P, S, Shape extends number[], H, D extends ExampleDType = 'u8'>
  extends Course<P, S, Shape, H, D> {
  readonly objective: StepObjective<P, S, Batch<number, Shape, D>, WithRate<H>>
  readonly optimizer?: AdamOptions
}

type WithRate<H> = H & { readonly learningRate: Tensor<[]> }

/** What a task gives. Throws the sentence of its failure. */
const settled = async <T>(task: TE.TaskEither<Error | { readonly message: string }, T>): Promise<T> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

/** Where a file left off, or the beginning if there is no file. */
const resumed = <P, O, S>(
  file: string | undefined,
  beginning: Progress<P, O, S>,
): Promise<Progress<P, O, S>> =>
  file === undefined
    ? Promise.resolve(beginning)
    : settled(
        pipe(
          readFileIfPresent(file),
          TE.flatMapEither(
            match(
              () => E.right(beginning),
              (bytes) =>
                pipe(
                  decodeCheckpoint(bytes, file, beginning),
                  E.map(({ progress }) => progress),
                ),
            ),
          ),
        ),
      )

/** Trains with any step and what its optimizer begins with to the end, and returns what was learned. */
export const trainedWith = async <
  P extends Tree<P>,
  O,
  S,
  Shape extends number[],
  H,
  D extends ExampleDType = 'u8',
>(
  step: Step<P, O, S, Batch<number, Shape, D>, WithRate<H>>,
  optimizer: { readonly init: (params: P) => O },
  {
    engine,
    data,
    init,
    hyper,
    epochs,
    batch = 128,
    learningRate = 1e-3,
    seed = 0,
    checkpoint,
    each,
  }: Course<P, S, Shape, H, D>,
): Promise<{ readonly params: P; readonly state: S }> => {
  const rate = typeof learningRate === 'number' ? () => learningRate : learningRate
  const start = await resumed(checkpoint, startOf(seed, init, optimizer))
  const events = train(
    {
      engine,
      step,
      batches: (order: Key) => trainingBatches(data, epochOrder(order, exampleCount(data)), batch),
      hyper: (step: number) => ({ ...hyper(step), learningRate: tensor([], [rate(step)]) }),
      epochs,
      pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
    },
    start,
  )
  let last = { params: start.training.params, state: start.training.modelState }
  for await (const event of events) {
    if (event.type === 'diverged') throw new Error(event.message)
    if (event.type !== 'epoch') continue
    const progress = { ...event.progress, training: onHost(event.progress.training) }
    last = { params: progress.training.params, state: progress.training.modelState }
    if (checkpoint !== undefined) await settled(writeFileAtomic(checkpoint, encodeCheckpoint(progress)))
    await each?.(progress.epoch, last, event.figures.loss ?? Number.NaN)
  }
  return last
}

/** Trains with Adam to the end, and returns what was learned. */
export const trained = <P extends Tree<P>, S, Shape extends number[], H, D extends ExampleDType = 'u8'>({
  objective,
  optimizer: options = {},
  ...course
}: Study<P, S, Shape, H, D>): Promise<{ readonly params: P; readonly state: S }> => {
  const optimizer = adam<P>(options)
  return trainedWith(trainingStep(objective, optimizer), optimizer, course)
}
