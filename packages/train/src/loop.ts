import { type Compiled, compileWith, type Engine } from '@vae/autograd'
import type { Batches } from '@vae/data'
import { item, type Key, split, type Tensor } from '@vae/tensor'
import { firstNonFinite } from './divergence.ts'
import { onHost, type Progress } from './progress.ts'
import { residentParts, type Step, type TrainingState } from './step.ts'

/** The figures of a step or an epoch by name: the loss, and each term of the objective. */
export type Figures = Readonly<Record<string, number>>

/** What happens while a model trains, in order. Whoever listens draws, evaluates and saves. */
export type TrainingEvent<P, O, S> =
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'step'
      /** The running epoch, from 1. */
      readonly epoch: number
      /** Steps made in this epoch, and how many it has. */
      readonly done: number
      readonly steps: number
      readonly figures: Figures
      /** The model after the step, to look at. The next step takes its memory over: look before the next event. */
      readonly training: TrainingState<P, O, S>
    }
  | {
      readonly type: 'epoch'
      /** The progress to save. Later steps take its memory over: use it before the next event is asked for. */
      readonly progress: Progress<P, O, S>
      /** Means over the steps of the epoch. */
      readonly figures: Figures
    }
  | { readonly type: 'aborted' }
  | { readonly type: 'diverged'; readonly step: number; readonly message: string }

/** The batches of one epoch. */
export interface EpochBatches<Data> extends Batches<Data> {
  /** Examples left out because they fill no batch. */
  readonly dropped: number
}

/** What to train, on what, and for how long. */
export interface Training<P, O, S, Data, H> {
  readonly engine: Engine
  readonly step: Step<P, O, S, Data, H>
  /** The batches of an epoch, in an order that is a function of the key alone. */
  readonly batches: (order: Key) => EpochBatches<Data>
  /** The scalar inputs of step number `step`, from 1. */
  readonly hyper: (step: number) => H
  /** Epochs in all, those that `progress` has completed among them. */
  readonly epochs: number
  /** Gives the event loop a turn, so that signals arrive; called after each step. */
  readonly pause: () => Promise<void>
  /** Once aborted, training ends after the running step. An `AbortSignal` fits. */
  readonly signal?: { readonly aborted: boolean }
}

type CompiledStep<P, O, S, Data, H> = Compiled<Step<P, O, S, Data, H>>

const figuresOf = (loss: Tensor<[]>, terms: Readonly<Record<string, Tensor<[]>>>): Figures => ({
  loss: item(loss),
  ...Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, item(term)])),
})

const mean = (sums: ReadonlyMap<string, number>, count: number): Figures =>
  Object.fromEntries([...sums].map(([name, sum]) => [name, sum / count]))

/** Repeats an epoch up to the step that failed, and looks into it and the one before. */
const explainDivergence = <P, O, S, Data, H>(
  { step, hyper }: Training<P, O, S, Data, H>,
  run: CompiledStep<P, O, S, Data, H>,
  { training, step: before }: Progress<P, O, S>,
  batches: EpochBatches<Data>,
  failed: number,
): string => {
  let state = training
  for (let index = 0; index <= failed; index++) {
    if (index >= failed - 1) {
      const culprit = firstNonFinite(step, [onHost(state), batches.at(index), hyper(before + index + 1)])
      if (culprit !== null)
        return `; the first operation that left the finite numbers is ${culprit}, in step ${before + index + 1}`
    }
    state = run(state, batches.at(index), hyper(before + index + 1)).state
  }
  return ''
}

const divergence = (step: number, figures: Figures, culprit: string): string => {
  const broken = Object.entries(figures).filter(([, value]) => !Number.isFinite(value))
  const named = broken.map(([name, value]) => `${name} is ${value}`).join(', ')
  return `training stopped at step ${step}: ${named}${culprit}`
}

/**
 * Trains from `progress` on. State goes in and comes out with the events: nothing is kept here. A loss that
 * is not finite ends the training with an event that names the step, the terms and the operation at fault.
 *
 * ```ts
 * const optimizer = adam<typeof params>()
 * const events = train(
 *   {
 *     engine: await wasmEngine(),
 *     step: trainingStep(objective, optimizer),
 *     batches: () => ({ count: 1, dropped: 0, at: () => batch, *[Symbol.iterator]() { yield batch } }),
 *     hyper: () => ({ learningRate: full([], 1e-3) }),
 *     epochs: 2,
 *     pause: async () => {},
 *   },
 *   startOf(0, model.init, optimizer),
 * )
 * for await (const event of events) if (event.type === 'epoch') console.log(event.figures.loss)
 * ```
 */
export async function* train<P, O, S, Data, H>(
  options: Training<P, O, S, Data, H>,
  progress: Progress<P, O, S>,
): AsyncGenerator<TrainingEvent<P, O, S>, void> {
  const run = compileWith(options.engine)(options.step, { donate: residentParts })
  try {
    for (let current = progress; current.epoch < options.epochs; ) {
      const next: Progress<P, O, S> | null = yield* trainEpoch(options, run, current, current === progress)
      if (next === null) return
      current = next
    }
  } finally {
    run.close()
  }
}

async function* trainEpoch<P, O, S, Data, H>(
  options: Training<P, O, S, Data, H>,
  run: CompiledStep<P, O, S, Data, H>,
  start: Progress<P, O, S>,
  isFirst: boolean,
): AsyncGenerator<TrainingEvent<P, O, S>, Progress<P, O, S> | null> {
  const epoch = start.epoch + 1
  const [now, order] = split(start.order)
  const batches = options.batches(now)
  if (isFirst && batches.dropped > 0) yield { type: 'warning', message: droppedTail(batches.dropped) }
  const kept = { ...start, training: onHost(start.training) }
  const sums = new Map<string, number>()
  let training = start.training
  for (let index = 0; index < batches.count; index++) {
    const step = start.step + index + 1
    const result = run(training, batches.at(index), options.hyper(step))
    training = result.state
    const figures = figuresOf(result.loss, result.terms)
    if (!Object.values(figures).every(Number.isFinite)) {
      const culprit = explainDivergence(options, run, kept, batches, index)
      yield { type: 'diverged', step, message: divergence(step, figures, culprit) }
      return null
    }
    for (const [name, value] of Object.entries(figures)) sums.set(name, (sums.get(name) ?? 0) + value)
    yield { type: 'step', epoch, done: index + 1, steps: batches.count, figures, training }
    await options.pause()
    if (options.signal?.aborted === true && index + 1 < batches.count) {
      yield { type: 'aborted' }
      return null
    }
  }
  const next = { training, order, epoch, step: start.step + batches.count }
  yield { type: 'epoch', progress: next, figures: mean(sums, batches.count) }
  if (options.signal?.aborted === true && epoch < options.epochs) {
    yield { type: 'aborted' }
    return null
  }
  return next
}

const droppedTail = (dropped: number): string =>
  `each epoch leaves out ${dropped} ${dropped === 1 ? 'example' : 'examples'}, other ones each time, ` +
  'because they fill no batch'
