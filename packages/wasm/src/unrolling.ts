import { vectorInstructions } from './code.ts'
import type { VectorKernel } from './kernels.ts'
import type { LoopShape } from './loop-shape.ts'
import type { Resolver } from './resolver.ts'
import type { LoopInstruction, LoopStep } from './step.ts'

/** Machine instructions of one register, about. */
const lengthOf = (
  instruction: LoopInstruction | undefined,
  { inlineBody }: Pick<Resolver, 'inlineBody'>,
): number => {
  if (instruction === undefined) return 1
  if ('bits' in instruction) return 0
  if ('reduction' in instruction) return 3
  const { operation } = instruction
  if (operation in vectorInstructions) return 1
  // what is called hides its own length
  return inlineBody(operation as VectorKernel)?.instructions.length ?? 8
}

/** Machine instructions of the longest pass at one vector, about. */
export const longestPass = (
  { passes, reads, instructions }: LoopStep<unknown>,
  resolver: Pick<Resolver, 'inlineBody'>,
): number =>
  Math.max(
    ...passes.map(({ compute, reload, reduce, write }) =>
      compute.reduce(
        (sum, register) => sum + lengthOf(instructions[register - reads.length], resolver),
        reload.length + 3 * reduce.length + write.length,
      ),
    ),
  )

/**
 * How many vectors the innermost loop takes at once: 4, 2 or 1. Several save counting where there is little to do, and
 * give the accumulators of sums independent chains; beyond what fits into registers or the first cache of
 * instructions they only cost.
 */
export const unrolling = (
  step: LoopStep<unknown>,
  { kind, nest }: LoopShape,
  resolver: Pick<Resolver, 'inlineBody'>,
): number => {
  const { passes, sizes } = step
  const longest = longestPass(step, resolver)
  const reductions = Math.max(...passes.map(({ reduce }) => reduce.length))
  const most = kind === 'columns' ? 4 : kind === 'flat' ? 4 : Math.floor(sizes[nest.at(-1)!]! / 8)
  for (const copies of [4, 2])
    if (copies <= most && copies * longest <= 64 && copies * reductions <= 4) return copies
  return 1
}
