import { recordFunction, simplify } from '@vae/autograd'
import { type AnyTensor, type Key, key, ones, sizeOf, type TensorOf, tensor } from '@vae/tensor'
import type { RunBatch, RunModel } from '../models/run-model.ts'

/** About 200 MB of weights; training needs several times as much. */
const mostParameters = 50_000_000

/** Numbers that pass between layers in one step. */
const mostActivations = 100_000_000

/** What makes the numbers that pass between layers. */
const layers: readonly string[] = ['matmul', 'conv']

const millions = (value: number): string => `${Math.round(value / 1e6).toLocaleString('en')} million`

const total = (shapes: readonly (readonly number[])[]): number =>
  shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)

/** The number of parameters, found by recording: nothing of their size is made. */
export const parameterCount = ({ init }: RunModel): number => {
  const { tape } = recordFunction((seed: Key) => init(seed).params, [key(0)])
  return total(tape.outputs.map((id) => tape.values[id]!.shape))
}

/** How many numbers layers give in one pass over a batch, found by recording what is measured of it. */
const activationCount = (
  { init, metrics }: RunModel,
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: 'u8' | 'f32' },
  batch: number,
): number => {
  const sees = (seed: Key, examples: RunBatch['examples'], weights: RunBatch['weights']) => {
    const trained = init(seed)
    return metrics.map(({ see }) => see(trained, { examples, weights }, seed))
  }
  // A single number stands for all examples: only their shape is asked.
  const example = tensor([1, 1], [0], dtype) as AnyTensor as TensorOf<[number, ...number[]], 'u8' | 'f32'>
  const { tape } = recordFunction(sees, [key(0), example, ones([batch])], {
    specOf: (given) => (given === example ? { shape: [batch, ...shape], dtype } : given),
  })
  const { values, applications } = simplify(tape)
  return total(
    applications
      .filter(({ primitive }) => layers.includes(primitive))
      .flatMap(({ results }) => results.map((id) => values[id]!.shape)),
  )
}

/** Why a model would not fit into memory, or null. Throws a `ShapeError` where it does not fit its data. */
export const sizeProblem = (
  model: RunModel,
  data: { readonly shape: readonly number[]; readonly dtype: 'u8' | 'f32' },
  batch: number,
): string | null => {
  const parameters = parameterCount(model)
  if (parameters > mostParameters)
    return (
      `expected a model of at most ${millions(mostParameters)} parameters, got one of ${millions(parameters)}: ` +
      'choose smaller sizes'
    )
  const activations = activationCount(model, data, batch)
  return activations > mostActivations
    ? `expected at most ${millions(mostActivations)} numbers between layers in a step, batch ${batch} of this model ` +
        `has ${millions(activations)}: choose a smaller batch or smaller sizes`
    : null
}
