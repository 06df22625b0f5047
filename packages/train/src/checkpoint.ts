import { type DataError, dataError, decodeSafetensors, encodeSafetensors } from '@vae/data'
import { type AnyTensor, leaves, markParameters, sameShape, showShape, unflatten } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Progress } from './progress.ts'

/** Words kept with a checkpoint, such as the figures of its epoch. */
export type Notes = Readonly<Record<string, string>>

/** The version of the layout: another one is refused rather than guessed at. */
const format = 'vae-checkpoint-1'

/** The tensors of a progress as one tree, whose paths name them in the file. */
const tensorsOf = <P, O, S>({ training, order }: Progress<P, O, S>) => ({ ...training, order })

/**
 * Everything that a bit-exact resume needs, as the bytes of a safetensors file: parameters (`params.…`),
 * optimizer (`optimizer.…`), model state, keys, and the counters as text. Equal progress and notes give equal
 * bytes.
 *
 * ```ts
 * const bytes = encodeCheckpoint(startOf(0, model.init, sgd<typeof params>()), { loss: '106.3' })
 * ```
 */
export const encodeCheckpoint = <P, O, S>(progress: Progress<P, O, S>, notes: Notes = {}): Uint8Array =>
  encodeSafetensors({
    tensors: new Map(leaves(tensorsOf(progress)).map(({ path, tensor }) => [path, tensor])),
    metadata: { ...notes, format, epoch: String(progress.epoch), step: String(progress.step) },
  })

/** A progress and the notes that were kept with it. */
export interface Checkpoint<P, O, S> {
  readonly progress: Progress<P, O, S>
  readonly notes: Notes
}

const spec = ({ dtype, shape }: AnyTensor): string => `${dtype} ${showShape(shape)}`

/** The tensors of the file in the order of the tree, or what is wrong with the first that does not fit. */
const matching = (
  expected: readonly { readonly path: string; readonly tensor: AnyTensor }[],
  found: ReadonlyMap<string, AnyTensor>,
): E.Either<string, readonly AnyTensor[]> => {
  const known = new Set(expected.map(({ path }) => path))
  const stranger = [...found.keys()].find((path) => !known.has(path))
  if (stranger !== undefined) return E.left(`has a tensor ${stranger} that this model does not have`)
  return pipe(
    expected,
    E.traverseArray(({ path, tensor }) => {
      const candidate = found.get(path)
      if (candidate === undefined) return E.left(`has no tensor ${path}, expected ${spec(tensor)}`)
      if (candidate.dtype !== tensor.dtype || !sameShape(candidate.shape, tensor.shape))
        return E.left(`${path} must be ${spec(tensor)} for this model, it is ${spec(candidate)}`)
      return E.right(candidate)
    }),
  )
}

const counter = (notes: Notes, name: string): E.Either<string, number> => {
  const text = Object.hasOwn(notes, name) ? notes[name]! : 'nothing'
  const value = Number(text)
  return /^\d+$/.test(text) && Number.isSafeInteger(value)
    ? E.right(value)
    : E.left(`expected a whole number as ${name}, got ${text}`)
}

/**
 * Reads what `encodeCheckpoint` wrote. `template` is any progress of the same model and optimizer: every
 * path, dtype and shape is checked against it.
 *
 * ```ts
 * const start = startOf(0, model.init, sgd<typeof params>())
 * const read = decodeCheckpoint(encodeCheckpoint(start), 'checkpoint.safetensors', start)
 * pipe(read, E.map(({ progress }) => progress.epoch)) // → right(0)
 * ```
 *
 * @param name what messages call the file
 * @returns the checkpoint, or a `DataError` that says what does not fit
 */
export const decodeCheckpoint = <P, O, S>(
  bytes: Uint8Array,
  name: string,
  template: Progress<P, O, S>,
): E.Either<DataError, Checkpoint<P, O, S>> => {
  const tree = tensorsOf(template)
  const fail = (problem: string): DataError => dataError(`${name}: ${problem}`, name)
  return pipe(
    decodeSafetensors(bytes, name),
    E.filterOrElse(
      ({ metadata }) => metadata.format === format,
      ({ metadata }) => fail(`expected a checkpoint of format ${format}, got ${metadata.format ?? 'none'}`),
    ),
    E.flatMap(({ tensors, metadata }) =>
      pipe(
        E.Do,
        E.bind('epoch', () => counter(metadata, 'epoch')),
        E.bind('step', () => counter(metadata, 'step')),
        E.bind('found', () => matching(leaves(tree), tensors)),
        E.map(({ epoch, step, found }): Checkpoint<P, O, S> => {
          const { order, ...training } = unflatten(tree, found)
          markParameters(training.params)
          return { progress: { training, order, epoch, step }, notes: metadata }
        }),
        E.mapLeft(fail),
      ),
    ),
  )
}
