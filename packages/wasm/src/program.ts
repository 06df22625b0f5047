import type { BufferPlace } from './buffer.ts'
import { Code } from './code.ts'
import { encodeCopy } from './copy.ts'
import { type DefinedFunction, encodeModule, type FunctionType } from './encoder.ts'
import { type MemoryKernel, memoryKernels, type VectorKernel, vectorKernels } from './kernels.ts'
import { encodeLoop } from './loop.ts'
import { loopUnits } from './loop-shape.ts'
import type { Plan } from './plan.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { Body, CallStep, MoveStep, Step, StructuredStep, Transfer } from './step.ts'

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

/** A copy between a tensor and its place in the memory of a body, which begins at the local `memory`. */
const encodeTransfer = (
  code: Code,
  { outer, inner, bytes }: Transfer<BufferPlace>,
  direction: 'enter' | 'leave',
  resolver: Resolver,
  memory: number,
  index?: number,
): void => {
  const pushOuter = () => {
    pushAddress(code, resolver, outer)
    if (index !== undefined) code.get(index).constant(bytes).plain('i32.mul').plain('i32.add')
  }
  const pushInner = () => code.get(memory).constant(inner).plain('i32.add')
  if (bytes === 0) return
  if (direction === 'enter') {
    pushInner()
    pushOuter()
  } else {
    pushOuter()
    pushInner()
  }
  code.constant(bytes).memoryCopy()
}

/** Code for a structured step; `call` calls the function of a plan with the memory that it shall have. */
const encodeStructured = (
  code: Code,
  step: StructuredStep<BufferPlace>,
  resolver: Resolver,
  call: (plan: Plan, memory: number) => void,
): void => {
  const memory = code.local('i32')
  pushAddress(code, resolver, step.memory)
  code.set(memory)
  const transfers = (
    body: Pick<Body<BufferPlace>, 'enter' | 'leave'>,
    way: 'enter' | 'leave',
    index?: number,
  ) => {
    for (const transfer of body[way]) encodeTransfer(code, transfer, way, resolver, memory, index)
  }
  if (step.kind === 'cond') {
    const [first, second] = step.branches.map((body) => () => {
      transfers(body, 'enter')
      call(body.plan, memory)
      transfers(body, 'leave')
    })
    pushAddress(code, resolver, step.predicate)
    code.memory('i32.load8_u', 0).when(first!, second!)
    return
  }
  const { length, reverse, body, elements, carry } = step
  const [counter, index] = [code.local('i32'), code.local('i32')]
  transfers(body, 'enter')
  code.constant(0).set(counter)
  code.constant(reverse ? length - 1 : 0).set(index)
  code.count(
    counter,
    () => code.constant(length),
    () => {
      transfers(elements, 'enter', index)
      call(body.plan, memory)
      transfers(elements, 'leave', index)
      for (const { from, to, bytes } of carry) {
        code.get(memory).constant(to).plain('i32.add').get(memory).constant(from).plain('i32.add')
        code.constant(bytes).memoryCopy()
      }
      code.advance(index, reverse ? -1 : 1)
    },
  )
  transfers(body, 'leave')
}

/** The module of a plan. Its `run(scratch, persistent)` does the whole work; addresses are relative to both. */
export const encodeProgram = (plan: Plan): Uint8Array<ArrayBuffer> => {
  const names = Object.keys(kernels) as (MemoryKernel | VectorKernel)[]
  const imports = names.map((name) => ({ name, type: kernels[name] as FunctionType }))
  const index = new Map(names.map((name, i) => [name, i]))
  const functions: DefinedFunction[] = []
  const define = (f: DefinedFunction): number => imports.length + functions.push(f) - 1
  /** The function that runs a plan; those of its bodies are defined before it. */
  const encodeRun = ({ buffers, steps }: Plan): DefinedFunction => {
    const resolver: Resolver = {
      address: ({ buffer }) => {
        const { space, offset } = buffers[buffer]!
        return { base: space === 'scratch' ? SCRATCH : PERSISTENT, offset }
      },
      kernel: (name) => index.get(name)!,
    }
    const run = new Code(runType)
    const encode = (step: Step<BufferPlace>): void => {
      if (step.kind === 'call') encodeCall(run, step, resolver)
      else if (step.kind === 'move') encodeMove(run, step, resolver)
      else if (step.kind === 'cond' || step.kind === 'scan')
        encodeStructured(run, step, resolver, (body, memory) => {
          run
            .get(memory)
            .get(PERSISTENT)
            .call(define(encodeRun(body)))
        })
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
    for (const { step } of steps) encode(step)
    return run.finish()
  }
  functions.push(encodeRun(plan))
  return encodeModule({ imports, functions, run: functions.length - 1 })
}
