import type { TensorSpec } from '@vae/tensor'
import { sumColumnsBlock } from './kernels.ts'
import type { KernelPlace } from './lowering.ts'
import type { CallStep } from './step.ts'

interface Run {
  readonly size: number
  readonly reduced: boolean
}

/** The axes as alternating runs of kept and summed ones; axes of size 1 belong to any run. */
const runsOf = (shape: readonly number[], axes: readonly number[]): Run[] => {
  const runs: Run[] = []
  shape.forEach((size, axis) => {
    if (size === 1) return
    const reduced = axes.includes(axis)
    const last = runs.at(-1)
    if (last?.reduced === reduced) runs[runs.length - 1] = { size: last.size * size, reduced }
    else runs.push({ size, reduced })
  })
  return runs
}

const product = (runs: readonly Run[]): number => runs.reduce((size, run) => size * run.size, 1)

const pass = (
  dtype: TensorSpec['dtype'],
  from: KernelPlace,
  to: KernelPlace,
  outer: number,
  reduce: number,
  inner: number,
): CallStep<KernelPlace> => {
  const kernel = dtype !== 'f32' ? 'sumIntegers' : inner === 1 ? 'sumRows' : 'sumColumns'
  const units = kernel === 'sumColumns' ? outer * Math.ceil(inner / sumColumnsBlock) : outer * inner
  return {
    kind: 'call',
    kernel,
    arguments: kernel === 'sumRows' ? [from, to, reduce] : [from, to, reduce, inner],
    units,
  }
}

/**
 * A sum over any axes as sums of [outer, reduce, inner]: usually one pass, one more for every further run of
 * summed axes, the last axes first. `workspaces` are the bytes of what lies between the passes.
 */
export const sumPasses = (x: TensorSpec, axes: readonly number[]) => {
  let runs = runsOf(x.shape, axes)
  if (!runs.some((run) => run.reduced)) runs.push({ size: 1, reduced: true })
  const steps: CallStep<KernelPlace>[] = []
  const workspaces: number[] = []
  let from: KernelPlace = { operand: 0 }
  while (runs.some((run) => run.reduced)) {
    const last = runs.map((run) => run.reduced).lastIndexOf(true)
    const outer = runs.slice(0, last)
    const inner = runs.slice(last + 1)
    const more = outer.some((run) => run.reduced)
    const to: KernelPlace = more ? { workspace: workspaces.length } : 'result'
    if (more) workspaces.push(4 * product(outer) * product(inner))
    steps.push(pass(x.dtype, from, to, product(outer), runs[last]!.size, product(inner)))
    from = to
    runs = [...outer, ...inner]
  }
  return { steps, workspaces }
}
