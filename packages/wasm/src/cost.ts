import type { BufferPlace } from './buffer.ts'
import type { VectorOperation } from './expression.ts'
import type { MemoryKernel, VectorKernel } from './kernels.ts'
import type { Plan } from './plan.ts'
import { type Body, type CallStep, type CopyStep, type LoopStep, type Step, widthOf } from './step.ts'

/** What a step asks of the machine, estimated from its sizes. */
export interface Cost {
  /** Operations on elements; those that a fused multiply-add does count as two. */
  readonly flops: number
  /** Bytes that must be read or written at least once. */
  readonly bytes: number
}

/** All that the cost of a step depends on beside the step. */
type Buffers = Pick<Plan, 'buffers'>

/** What one element costs. Those of one instruction are not listed; these are counted in the code of the kernels. */
export const vectorFlops: Readonly<Record<VectorKernel, number>> = {
  exp: 35,
  expm1: 35,
  log: 41,
  log1p: 53,
  log1pOfUnit: 15,
  tanh: 56,
  sigmoid: 41,
  erf: 70,
  sin: 60,
  cos: 60,
  pow: 120,
  divideSigned: 30,
  divideUnsigned: 30,
}

/** Of one block of two words, with 20 rounds: an addition, a rotation and an exclusive or in each. */
const threefryFlops = 20 * 5 + 15

/** The cost of a kernel's whole range from its numeric arguments, in their order; bytes are those of its buffers. */
type KernelCost = (units: number, ...numbers: readonly number[]) => Partial<Cost>

const everyElement: KernelCost = (units, length) => ({ flops: units * length! })
const onlyBytes: KernelCost = () => ({})

/** The lowering says how much a product or a convolution multiplies: `CallStep.flops`. */
const kernelCosts: Readonly<Record<MemoryKernel, KernelCost>> = {
  matmul: onlyBytes,
  conv: onlyBytes,
  convNarrow: onlyBytes,
  convDots: onlyBytes,
  convDepthwise: onlyBytes,
  convAxis: () => ({ bytes: 0 }),
  convWeights: onlyBytes,
  winograd: onlyBytes,
  winogradWeights: onlyBytes,
  nearest: onlyBytes,
  argExtremum: everyElement,
  argsort: (units, length) => ({ flops: units * length! * Math.ceil(Math.log2(Math.max(2, length!))) }),
  cumsum: everyElement,
  gather: (units, _size, _count, _outer, rowBytes) => ({ bytes: 2 * units * rowBytes! }),
  scatterAdd: (units, size, count, _outer, inner) => ({ flops: (units / size!) * count! * inner! }),
  iota: onlyBytes,
  copyWords: onlyBytes,
  copyBytes: onlyBytes,
  randomBits: (units) => ({ flops: units * threefryFlops }),
}

/** The bytes of all buffers among `places`, each once. */
const bytesOfBuffers = (places: readonly BufferPlace[], { buffers }: Buffers): number =>
  [...new Set(places.map(({ buffer }) => buffer))].reduce((sum, buffer) => sum + buffers[buffer]!.bytes, 0)

const costOfCall = (step: CallStep<BufferPlace>, plan: Buffers): Cost => {
  const numbers = step.arguments.filter((argument) => typeof argument === 'number')
  const places = step.arguments.filter((argument) => typeof argument !== 'number')
  const { flops = 0, bytes = bytesOfBuffers(places, plan) } = kernelCosts[step.kernel](step.units, ...numbers)
  return { flops: step.flops ?? flops, bytes: step.bytes ?? bytes }
}

const costOfCopy = ({ axes, width, clear }: CopyStep<BufferPlace>): Cost => ({
  flops: 0,
  bytes: clear + 2 * width * axes.reduce((size, axis) => size * axis.size, 1),
})

const flopsOf = (operation: VectorOperation): number =>
  operation in vectorFlops ? vectorFlops[operation as VectorKernel] : 1

/** What a loop computes at every point, or at fewer where nothing changes along a dimension; and what it touches. */
const costOfLoop = ({ sizes, reduced, reads, instructions, passes, writes }: LoopStep<BufferPlace>): Cost => {
  const points = (moves: readonly boolean[]): number =>
    sizes.reduce((product, size, dimension) => (moves[dimension] ? product * size : product), 1)
  const moving = ({ strides }: { readonly strides: readonly number[] }): boolean[] =>
    strides.map((stride) => stride !== 0)
  const registers = reads.map((read) => ({ flops: 0, moves: moving(read), feeds: 0 }))
  for (const instruction of instructions) {
    if ('bits' in instruction) registers.push({ flops: 0, moves: sizes.map(() => false), feeds: 0 })
    else if ('reduction' in instruction) {
      const { moves } = registers[instruction.of]!
      const kept = moves.map((move, dimension) => move && !reduced[dimension])
      registers.push({ flops: 0, moves: kept, feeds: points(moves) })
    } else {
      const moves = sizes.map((_, dimension) => instruction.of.some((of) => registers[of]!.moves[dimension]))
      registers.push({ flops: flopsOf(instruction.operation) * points(moves), moves, feeds: 0 })
    }
  }
  const sum = (indices: readonly number[], of: 'flops' | 'feeds'): number =>
    indices.reduce((total, register) => total + registers[register]![of], 0)
  const bytesOfEach = (walked: typeof reads | typeof writes): number =>
    walked.reduce((total, each) => total + points(moving(each)) * widthOf(each.dtype), 0)
  return {
    flops: passes.reduce(
      (total, { compute, reduce }) => total + sum(compute, 'flops') + sum(reduce, 'feeds'),
      0,
    ),
    bytes: bytesOfEach(reads) + bytesOfEach(writes),
  }
}

const add = (costs: readonly Cost[]): Cost => ({
  flops: costs.reduce((sum, { flops }) => sum + flops, 0),
  bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** What comes into a body and goes out of it: each byte is read and written. */
const costOfTransfers = ({ enter, leave }: Pick<Body<BufferPlace>, 'enter' | 'leave'>): Cost => ({
  flops: 0,
  bytes: [...enter, ...leave].reduce((sum, { bytes }) => sum + 2 * bytes, 0),
})

/**
 * Estimates what a step of `plan` costs. A `scan` costs its body as often as it runs, a `cond` its more expensive
 * branch.
 */
export const costOf = (step: Step<BufferPlace>, plan: Buffers): Cost => {
  switch (step.kind) {
    case 'call':
      return costOfCall(step, plan)
    case 'copy':
      return costOfCopy(step)
    case 'loop':
      return costOfLoop(step)
    case 'move':
      return { flops: 0, bytes: 2 * step.bytes }
    case 'cond': {
      const [first, second] = step.branches.map((body) => add([costOfPlan(body.plan), costOfTransfers(body)]))
      return first!.flops + first!.bytes > second!.flops + second!.bytes ? first! : second!
    }
    case 'scan': {
      const carried = step.carry.reduce((sum, { bytes }) => sum + 2 * bytes, 0)
      const once = add([
        costOfPlan(step.body.plan),
        costOfTransfers(step.elements),
        { flops: 0, bytes: carried },
      ])
      const all = { flops: step.length * once.flops, bytes: step.length * once.bytes }
      return add([all, costOfTransfers(step.body)])
    }
  }
}

/** Estimates what one run of a plan costs. */
export const costOfPlan = (plan: Plan): Cost => add(plan.steps.map(({ step }) => costOf(step, plan)))
