import { type Shape, sizeOf, type TensorSpec } from '@vae/tensor'
import { elementKind, type MemoryKernel } from './kernels.ts'
import type { KernelPlace, KernelWork, Workspace } from './lowering.ts'

/** A shape around one axis: [outer, length, inner]. */
const around = (shape: Shape, axis: number) => ({
  outer: sizeOf(shape.slice(0, axis)),
  length: shape[axis]!,
  inner: sizeOf(shape.slice(axis + 1)),
})

/** A kernel that handles every line along an axis by itself: (x, to, length, inner, kind, flag, …more). */
const linewise = (
  kernel: MemoryKernel,
  x: TensorSpec,
  axis: number,
  flag: boolean,
  workspaces: readonly Workspace[] = [],
): KernelWork => {
  const { outer, length, inner } = around(x.shape, axis)
  const places = workspaces.map((_, workspace): KernelPlace => ({ workspace }))
  const kind = elementKind(kernel, x.dtype)
  return {
    steps: [
      {
        kind: 'call',
        kernel,
        arguments: [{ operand: 0 }, 'result', length, inner, kind, Number(flag), ...places],
        units: outer * inner,
      },
    ],
    workspaces,
  }
}

export const argExtremumLines = (x: TensorSpec, axis: number, least: boolean): KernelWork =>
  linewise('argExtremum', x, axis, least)

export const cumsumLines = (x: TensorSpec, axis: number, reverse: boolean): KernelWork =>
  linewise('cumsum', x, axis, reverse)

/** Sorting needs room for a line of 8-byte elements twice. */
export const argsortLines = (x: TensorSpec, axis: number, descending: boolean): KernelWork =>
  linewise('argsort', x, axis, descending, [{ bytes: 16 * x.shape[axis]!, perThread: true }])

/** 0, 1, 2, … along an axis. */
export const iotaLines = ({ shape, dtype }: TensorSpec, axis: number): KernelWork => {
  const { outer, length, inner } = around(shape, axis)
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'iota',
        arguments: ['result', length, inner, Number(dtype === 'f32')],
        units: outer * length,
      },
    ],
    workspaces: [],
  }
}
