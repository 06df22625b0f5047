import type { BufferPlace } from './buffer.ts'
import { Code } from './code.ts'
import { encodeCopy } from './copy.ts'
import { type DefinedFunction, encodeModule, type FunctionType } from './encoder.ts'
import { type MemoryKernel, memoryKernels, type VectorKernel, vectorKernels } from './kernels.ts'
import { encodeLoop, loopUnits } from './loop.ts'
import type { Plan } from './plan.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { CallStep, MoveStep } from './step.ts'

/** `run` and the functions of copies: (scratch, persistent), the bases of the two spaces. */
const runType: FunctionType = { parameters: ['i32', 'i32'], results: [] }
const [SCRATCH, PERSISTENT] = [0, 1]

const kernels = { ...memoryKernels, ...vectorKernels }

const encodeCall = (code: Code, step: CallStep<BufferPlace>, resolver: Resolver): void => {
  for (const argument of step.arguments)
    if (typeof argument === 'number') code.constant(argument)
    else pushAddress(code, resolver, argument)
  code.constant(0).constant(step.units).call(resolver.kernel(step.kernel))
}

const encodeMove = (code: Code, step: MoveStep<BufferPlace>, resolver: Resolver): void => {
  pushAddress(code, resolver, step.to)
  pushAddress(code, resolver, step.from)
  code.constant(step.bytes).memoryCopy()
}

/** The module of a plan. Its `run(scratch, persistent)` does the whole work; addresses are relative to both. */
export const encodeProgram = (plan: Plan): Uint8Array<ArrayBuffer> => {
  const names = Object.keys(kernels) as (MemoryKernel | VectorKernel)[]
  const imports = names.map((name) => ({ name, type: kernels[name] as FunctionType }))
  const index = new Map(names.map((name, i) => [name, i]))
  const resolver: Resolver = {
    address: ({ buffer }) => {
      const { space, offset } = plan.buffers[buffer]!
      return { base: space === 'scratch' ? SCRATCH : PERSISTENT, offset }
    },
    kernel: (name) => index.get(name)!,
  }
  const functions: DefinedFunction[] = []
  const define = (f: DefinedFunction): number => imports.length + functions.push(f) - 1
  const run = new Code(runType)
  for (const { step } of plan.steps) {
    if (step.kind === 'call') encodeCall(run, step, resolver)
    else if (step.kind === 'move') encodeMove(run, step, resolver)
    else if (step.kind === 'copy')
      run
        .get(SCRATCH)
        .get(PERSISTENT)
        .call(define(encodeCopy(step, resolver)))
    else {
      run.get(SCRATCH).get(PERSISTENT).constant(0).constant(loopUnits(step))
      run.call(define(encodeLoop(step, resolver)))
    }
  }
  functions.push(run.finish())
  return encodeModule({ imports, functions, run: functions.length - 1 })
}
