import type { BufferPlace } from './buffer.ts'
import { Code } from './code.ts'
import { encodeCopy, rangeOf } from './copy.ts'
import { type DefinedFunction, encodeModule, type FunctionType } from './encoder.ts'
import type { Features } from './features.ts'
import { inlineBodyOf, memoryKernels, threadKernels, vectorKernels } from './kernels.ts'
import { encodeLoop } from './loop.ts'
import { loopUnits } from './loop-shape.ts'
import type { Plan } from './plan.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { ScheduledStep } from './schedule.ts'
import { type Sharing, sharingOf, THREAD } from './sharing.ts'
import type { CallStep, CopyStep, MoveStep, Step } from './step.ts'
import { encodeStructured } from './structured-code.ts'

/** The function of a plan: (scratch, persistent, thread, own), the bases of the spaces and the number of the thread. */
const planType: FunctionType = { parameters: ['i32', 'i32', 'i32', 'i32'], results: [] }
const [SCRATCH, PERSISTENT, OWN] = [0, 1, 3]
const bases = { scratch: SCRATCH, persistent: PERSISTENT, thread: OWN } as const

/** What is exported as `run`: (scratch, persistent, thread). */
const runType: FunctionType = { parameters: ['i32', 'i32', 'i32'], results: [] }

const kernels = { ...memoryKernels, ...vectorKernels, ...threadKernels }
type Kernel = keyof typeof kernels

const encodeCall = (
  code: Code,
  step: CallStep<BufferPlace>,
  resolver: Resolver,
  { range }: Sharing,
  shared: boolean,
): void => {
  for (const argument of step.arguments)
    if (typeof argument === 'number') code.constant(argument)
    else pushAddress(code, resolver, argument)
  range(step.units, shared)
  code.call(resolver.kernel(step.kernel))
}

const encodeMove = (
  code: Code,
  { from, to, bytes }: MoveStep<BufferPlace>,
  resolver: Resolver,
  { span }: Sharing,
  shared: boolean,
): void => {
  const { start, length } = span(bytes, shared)
  pushAddress(code, resolver, to)
  code.get(start).plain('i32.add')
  pushAddress(code, resolver, from)
  code.get(start).plain('i32.add').get(length).memoryCopy()
}

/** Zeroes what a copy leaves out, before anything is copied. */
const encodeClear = (
  code: Code,
  { to, clear }: CopyStep<BufferPlace>,
  resolver: Resolver,
  { span, barrier }: Sharing,
  shared: boolean,
): void => {
  if (clear === 0) return
  const { start, length } = span(clear, shared)
  pushAddress(code, resolver, to)
  code.get(start).plain('i32.add').constant(0).get(length).memoryFill()
  if (shared) barrier()
}

/**
 * The module of a plan, with vector functions of the build of `features`. Its `run(scratch, persistent, thread)` does
 * the part of one thread, from 0 on; addresses are relative to both.
 */
export const encodeProgram = (plan: Plan, features: Features): Uint8Array<ArrayBuffer> => {
  const names = Object.keys(kernels) as Kernel[]
  const imports = names.map((name) => ({ name, type: kernels[name] as FunctionType }))
  const index = new Map<Kernel, number>(names.map((name, i) => [name, i]))
  const functions: DefinedFunction[] = []
  const define = (f: DefinedFunction): number => imports.length + functions.push(f) - 1
  /** The function that runs a plan; those of its bodies are defined before it. */
  const encodePlan = ({ buffers, steps, threads, barrierAtEnd }: Plan): DefinedFunction => {
    const resolver: Resolver = {
      address: ({ buffer }) => {
        const { space, offset } = buffers[buffer]!
        return { base: bases[space], offset }
      },
      kernel: (name) => index.get(name)!,
      // masks of loops have lanes of all ones or 0, for which a blend does the same
      instruction: (name) =>
        name === 'v128.bitselect' && features === 'relaxed-simd' ? 'i32x4.relaxed_laneselect' : name,
      inlineBody: (name) => inlineBodyOf(name, features),
    }
    const code = new Code(planType)
    const sharing = sharingOf(code, threads, index.get('barrier')!)
    const call = (body: Plan, memory: number): void => {
      code.get(memory).get(PERSISTENT).get(THREAD).get(OWN)
      code.call(define(encodePlan(body)))
    }
    const encode = (step: Step<BufferPlace>, shared: boolean): void => {
      if (step.kind === 'call') encodeCall(code, step, resolver, sharing, shared)
      else if (step.kind === 'move') encodeMove(code, step, resolver, sharing, shared)
      else if (step.kind === 'cond' || step.kind === 'scan')
        encodeStructured(code, step, { resolver, sharing, call })
      else {
        const copy = step.kind === 'copy'
        if (copy) encodeClear(code, step, resolver, sharing, shared)
        code.get(SCRATCH).get(PERSISTENT)
        sharing.range(copy ? rangeOf(step).units : loopUnits(step), shared)
        code.call(define(copy ? encodeCopy(step, resolver) : encodeLoop(step, resolver)))
      }
    }
    /** Steps that thread 0 does alone, one after another. */
    let lonely: ScheduledStep[] = []
    const encodeLonely = (): void => {
      const group = lonely
      lonely = []
      if (group.length > 0)
        sharing.alone(() => {
          for (const { step } of group) encode(step, false)
        })
    }
    for (const scheduled of steps) {
      if (scheduled.shared || scheduled.barrier) encodeLonely()
      if (scheduled.barrier) sharing.barrier()
      if (scheduled.shared) encode(scheduled.step, true)
      else lonely.push(scheduled)
    }
    encodeLonely()
    if (barrierAtEnd) sharing.barrier()
    return code.finish()
  }
  const whole = define(encodePlan(plan))
  const run = new Code(runType)
  run.get(SCRATCH).get(PERSISTENT).get(THREAD)
  // the areas that threads have for themselves lie behind the one that they share
  run.get(SCRATCH).constant(plan.bytes.scratch).plain('i32.add')
  run.get(THREAD).constant(plan.bytes.thread).plain('i32.mul').plain('i32.add').call(whole)
  functions.push(run.finish())
  return encodeModule({ imports, functions, run: functions.length - 1 })
}
