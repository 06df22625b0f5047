import { type PrimitiveParameters, type Shape, sizeOf, type TensorSpec } from '@vae/tensor'
import { convFlops } from './conv-flops.ts'
import { convAxisBytes, convChannels, convTileBytes, type KernelSizes } from './kernels.ts'
import type { KernelPlace, KernelWork } from './lowering.ts'
import type { CallStep } from './step.ts'
import { suitsWinograd, winogradWork } from './winograd.ts'

/** One spatial axis of a convolution. */
interface Axis {
  readonly size: number
  readonly window: number
  readonly result: number
  readonly stride: number
  readonly low: number
  readonly lhsDilation: number
  readonly rhsDilation: number
}

/** The axes of a convolution, at least one; those over which a kernel of one tap just passes become one. */
const axesOf = (input: Shape, kernel: Shape, result: Shape, p: PrimitiveParameters['conv']): Axis[] => {
  const axes = input.slice(2).map((size, i) => ({
    size,
    window: kernel[i + 2]!,
    result: result[i + 2]!,
    stride: p.stride[i]!,
    low: p.low[i]!,
    lhsDilation: p.lhsDilation[i]!,
    rhsDilation: p.rhsDilation[i]!,
  }))
  const passing = axes.every(
    ({ size, window, result, stride, low, lhsDilation }) =>
      window === 1 && stride === 1 && low === 0 && lhsDilation === 1 && size === result,
  )
  const area = sizeOf(input.slice(2))
  const one = { size: area, window: 1, result: area, stride: 1, low: 0, lhsDilation: 1, rhsDilation: 1 }
  return passing ? [one] : axes
}

/** The columns of an input row that output positions can meet, padding included. */
const columnsOf = ({ window, result, stride, low, lhsDilation, rhsDilation }: Axis) => {
  const first = Math.ceil(-low / lhsDilation)
  const last = Math.floor(((result - 1) * stride - low + (window - 1) * rhsDilation) / lhsDilation)
  return { first, columns: window === 0 ? 0 : Math.max(0, last - first + 1) }
}

const product = (axes: readonly Axis[], of: 'size' | 'window' | 'result'): number =>
  axes.reduce((size, axis) => size * axis[of], 1)

const call = (
  kernel: CallStep<KernelPlace>['kernel'],
  units: number,
  ...args: readonly (number | KernelPlace)[]
): CallStep<KernelPlace> => ({ kind: 'call', kernel, arguments: args, units })

/**
 * A convolution by its definition: its axes are written where the kernel reads them, the weights packed into panels of output
 * channels, then every output row is computed. The largest workspaces hold the packed weights and the
 * packed rows of one example.
 */
const directWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: PrimitiveParameters['conv'],
  result: TensorSpec,
): KernelWork => {
  const axes = axesOf(lhs.shape, rhs.shape, result.shape, p)
  const outer = axes.slice(0, -1)
  const line = axes.at(-1)!
  const { first, columns } = columnsOf(line)
  const groups = p.featureGroups * p.batchGroups
  const channels = rhs.shape[1]!
  const outputs = rhs.shape[0]! / groups
  const panels = groups * Math.ceil(outputs / convChannels)
  const taps = product(axes, 'window')
  const bytes = {
    axes: axes.length * convAxisBytes,
    weights: panels * convChannels * taps * channels * 4,
    tags: product(outer, 'size') * 4,
    table: taps * 8,
    packed: product(outer, 'size') * columns * channels * 4,
    tile: convTileBytes,
  }
  const names = Object.keys(bytes) as (keyof typeof bytes)[]
  const at = (name: keyof typeof bytes): KernelPlace => ({ workspace: names.indexOf(name) })
  const { featureGroups, batchGroups } = p
  return {
    steps: [
      ...axes.map((axis, i) =>
        call(
          'convAxis',
          1,
          at('axes'),
          i,
          axis.size,
          axis.window,
          axis.result,
          axis.stride,
          axis.low,
          axis.lhsDilation,
          axis.rhsDilation,
        ),
      ),
      call('convPack', panels, { operand: 1 }, at('weights'), channels, outputs, taps),
      {
        ...call(
          'conv',
          result.shape[0]! * groups * product(outer, 'result'),
          { operand: 0 },
          at('weights'),
          'result',
          at('axes'),
          outer.length,
          result.shape[0]!,
          channels,
          outputs,
          featureGroups,
          batchGroups,
          first,
          columns,
          at('tags'),
          at('table'),
          at('packed'),
          at('tile'),
        ),
        flops: convFlops(lhs, rhs, p, result),
      },
    ],
    workspaces: names.map((name) => bytes[name]),
  }
}

/** The steps of a convolution: see docs/design/convolution.md. */
export const convWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: PrimitiveParameters['conv'],
  result: TensorSpec,
  sizes: KernelSizes,
): KernelWork =>
  suitsWinograd(rhs, p, result) ? winogradWork(lhs, rhs, p, result, sizes) : directWork(lhs, rhs, p, result)
