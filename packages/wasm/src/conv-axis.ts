import { type PrimitiveParameters, type Shape, sizeOf } from '@vae/tensor'

/**
 * One spatial axis of a convolution, or a part of it, without zeros between the elements of its input: output position
 * firstPosition + j · positionStep and tap firstTap + i · tapStep meet at input element
 * j · stride + i · dilation − low.
 */
export interface ConvAxis {
  /** Elements of the input, the kernel and the result. */
  readonly size: number
  readonly window: number
  readonly result: number
  /** The part of the kernel that is used. */
  readonly taps: number
  readonly firstTap: number
  readonly tapStep: number
  /** The part of the result that is computed. */
  readonly positions: number
  readonly firstPosition: number
  readonly positionStep: number
  readonly stride: number
  readonly dilation: number
  readonly low: number
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/**
 * An axis whose input has `lhsDilation − 1` zeros between its elements as axes without: positions that are apart by a
 * certain distance meet elements under the same taps, and the other taps meet only zeros.
 */
const phasesOf = (
  { size, window, result }: Pick<ConvAxis, 'size' | 'window' | 'result'>,
  stride: number,
  low: number,
  lhsDilation: number,
  rhsDilation: number,
): ConvAxis[] => {
  const positionStep = lhsDilation / divisor(stride, lhsDilation)
  const tapStep = lhsDilation / divisor(rhsDilation, lhsDilation)
  return Array.from({ length: Math.min(positionStep, result) }, (_, firstPosition) => {
    const place = (tap: number): number => firstPosition * stride + tap * rhsDilation - low
    let firstTap = 0
    while (firstTap < tapStep && place(firstTap) % lhsDilation !== 0) firstTap++
    const taps = firstTap === tapStep ? 0 : Math.max(0, Math.ceil((window - firstTap) / tapStep))
    return {
      size,
      window,
      result,
      taps,
      firstTap,
      tapStep,
      positions: Math.ceil((result - firstPosition) / positionStep),
      firstPosition,
      positionStep,
      stride: (stride * positionStep) / lhsDilation,
      dilation: (rhsDilation * tapStep) / lhsDilation,
      low: taps === 0 ? 0 : -place(firstTap) / lhsDilation,
    }
  })
}

/** So many parts of one axis at most: each costs a few calls. */
const mostRuns = 8

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value))

/**
 * An axis of which most taps meet padding as runs of positions that use the same taps: the input gradient of a kernel
 * as large as the image is one run for each position, of one tap. Other axes stay whole.
 */
const runsOf = (axis: ConvAxis): readonly ConvAxis[] => {
  const { size, taps, firstTap, tapStep, positions, firstPosition, positionStep, stride, dilation, low } =
    axis
  const used = Array.from({ length: positions }, (_, j) => {
    const from = low - j * stride
    const first = clamp(Math.ceil(from / dilation), taps)
    return { first, count: clamp(Math.ceil((size + from) / dilation), taps) - first }
  })
  if (2 * used.reduce((sum, { count }) => sum + count, 0) > taps * positions) return [axis]
  const starts = used.flatMap(({ first, count }, j) =>
    j > 0 && used[j - 1]!.first === first && used[j - 1]!.count === count ? [] : [j],
  )
  if (starts.length > mostRuns) return [axis]
  return starts.map((start, i) => {
    const { first, count } = used[start]!
    return {
      ...axis,
      taps: count,
      firstTap: firstTap + first * tapStep,
      positions: (starts[i + 1] ?? positions) - start,
      firstPosition: firstPosition + start * positionStep,
      low: count === 0 ? 0 : low - start * stride - first * dilation,
    }
  })
}

/**
 * The axes of a convolution, at least one. Each part computes its own positions of the result, and all parts together
 * every position once. Axes over which a kernel of one tap just passes become one.
 */
export const convParts = (
  input: Shape,
  kernel: Shape,
  result: Shape,
  { stride, low, lhsDilation, rhsDilation }: PrimitiveParameters['conv'],
): ConvAxis[][] => {
  const axes = input.slice(2).map((size, i) => ({ size, window: kernel[i + 2]!, result: result[i + 2]! }))
  const passing = axes.every(
    ({ size, window, result }, i) =>
      window === 1 && stride[i] === 1 && low[i] === 0 && lhsDilation[i] === 1 && size === result,
  )
  if (passing) {
    const area = sizeOf(input.slice(2))
    return [phasesOf({ size: area, window: 1, result: area }, 1, 0, 1, 1)]
  }
  return axes.reduce<ConvAxis[][]>(
    (parts, axis, i) => {
      const phases = phasesOf(axis, stride[i]!, low[i]!, lhsDilation[i]!, rhsDilation[i]!).flatMap(runsOf)
      return parts.flatMap((part) => phases.map((phase) => [...part, phase]))
    },
    [[]],
  )
}
