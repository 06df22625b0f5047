import type { DType, TensorSpec } from '@vae/tensor'
import { elementKind, extremumBlockBytes, sumColumnsBlock } from './kernels.ts'
import type { KernelPlace, KernelWork, Workspace } from './lowering.ts'
import { type CallStep, widthOf } from './step.ts'

interface Run {
  readonly size: number
  readonly reduced: boolean
}

/** The axes as alternating runs of kept and reduced ones; axes of size 1 belong to any run. */
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

/** One pass: a kernel over [outer, reduce, inner]. */
type Pass = (
  from: KernelPlace,
  to: KernelPlace,
  outer: number,
  reduce: number,
  inner: number,
) => CallStep<KernelPlace>

const sumPass =
  (dtype: DType): Pass =>
  (from, to, outer, reduce, inner) => {
    const kernel = dtype !== 'f32' ? 'sumIntegers' : inner === 1 ? 'sumRows' : 'sumColumns'
    const units = kernel === 'sumColumns' ? outer * Math.ceil(inner / sumColumnsBlock) : outer * inner
    return {
      kind: 'call',
      kernel,
      arguments: kernel === 'sumRows' ? [from, to, reduce] : [from, to, reduce, inner],
      units,
    }
  }

const extremumPass =
  (name: string, dtype: DType, least: boolean): Pass =>
  (from, to, outer, reduce, inner) => ({
    kind: 'call',
    kernel: 'extremum',
    arguments: [from, to, reduce, inner, elementKind(name, dtype), Number(least)],
    units: inner === 1 ? outer : outer * Math.ceil((inner * widthOf(dtype)) / extremumBlockBytes),
  })

/**
 * A reduction over any axes as passes over [outer, reduce, inner]: usually one, one more for every further run
 * of reduced axes, the last axes first. `workspaces` are what lies between the passes.
 */
const passes = (x: TensorSpec, axes: readonly number[], pass: Pass): KernelWork => {
  let runs = runsOf(x.shape, axes)
  if (!runs.some((run) => run.reduced)) runs.push({ size: 1, reduced: true })
  const steps: CallStep<KernelPlace>[] = []
  const workspaces: Workspace[] = []
  let from: KernelPlace = { operand: 0 }
  while (runs.some((run) => run.reduced)) {
    const last = runs.map((run) => run.reduced).lastIndexOf(true)
    const outer = runs.slice(0, last)
    const inner = runs.slice(last + 1)
    const more = outer.some((run) => run.reduced)
    const to: KernelPlace = more ? { workspace: workspaces.length } : 'result'
    if (more) workspaces.push({ bytes: widthOf(x.dtype) * product(outer) * product(inner), perThread: false })
    steps.push(pass(from, to, product(outer), runs[last]!.size, product(inner)))
    from = to
    runs = [...outer, ...inner]
  }
  return { steps, workspaces }
}

export const sumPasses = (x: TensorSpec, axes: readonly number[]): KernelWork =>
  passes(x, axes, sumPass(x.dtype))

export const maxPasses = (x: TensorSpec, axes: readonly number[]): KernelWork =>
  passes(x, axes, extremumPass('reduceMax', x.dtype, false))

export const minPasses = (x: TensorSpec, axes: readonly number[]): KernelWork =>
  passes(x, axes, extremumPass('reduceMin', x.dtype, true))
