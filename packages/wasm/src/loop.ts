import type { BufferPlace } from './buffer.ts'
import { Code, type VectorInstruction, vectorInstructions } from './code.ts'
import type { DefinedFunction, FunctionType } from './encoder.ts'
import type { VectorOperation } from './expression.ts'
import { inliner } from './inline.ts'
import type { Resolver } from './resolver.ts'
import { type LoopRead, type LoopStep, type LoopWrite, widthOf } from './step.ts'

/** (scratch, persistent, begin, end): the bases of the two spaces and the range of units. */
export const loopType: FunctionType = { parameters: ['i32', 'i32', 'i32', 'i32'], results: [] }
const [BEGIN, END] = [2, 3]

/** Units of a loop's range: rows where it has rows, else vectors of four elements. */
export const loopUnits = ({ elements, columns }: LoopStep<BufferPlace>): number =>
  columns === 0 ? Math.ceil(elements / 4) : elements / columns

const isInstruction = (operation: VectorOperation): operation is VectorInstruction =>
  operation in vectorInstructions

/**
 * The function of one fused loop. A flat loop handles whole vectors up to the padding of its buffers. A loop
 * over rows handles the rest of a row lane by lane, since the next row begins there.
 */
export const encodeLoop = (step: LoopStep<BufferPlace>, resolver: Resolver): DefinedFunction => {
  const code = new Code(loopType)
  const { columns } = step
  const inlined = step.instructions.flatMap((instruction) =>
    'bits' in instruction || isInstruction(instruction.operation)
      ? []
      : (resolver.inlineBody(instruction.operation) ?? []),
  )
  const emitInline = inliner(code, inlined)
  const registers = [...step.reads, ...step.instructions].map(() => code.local('v128'))

  /** Running addresses: one local for each space, element width and way of walking. */
  const pointers = new Map<
    string,
    { local: number; base: number; width: 1 | 4; walk: 'all' | 'row' | 'column' }
  >()
  const pointerOf = (
    { place, dtype }: LoopRead<BufferPlace> | LoopWrite<BufferPlace>,
    walk: 'all' | 'row' | 'column',
  ) => {
    const { base } = resolver.address(place)
    const width = widthOf(dtype)
    const key = `${base} ${width} ${walk}`
    const found = pointers.get(key) ?? { local: code.local('i32'), base, width, walk }
    pointers.set(key, found)
    return found.local
  }
  const walking = (walk: 'all' | 'row' | 'column') => [...pointers.values()].filter((p) => p.walk === walk)

  const loadOne = (read: LoopRead<BufferPlace>, register: number, pointer: number) => {
    const { offset } = resolver.address(read.place)
    code.get(pointer)
    if (widthOf(read.dtype) === 4) code.memory('v128.load32_splat', offset)
    else code.memory('i32.load8_u', offset).spread()
    code.set(register)
  }
  const load = (read: LoopRead<BufferPlace>, register: number, lanes: 1 | 4) => {
    const { offset } = resolver.address(read.place)
    const pointer = pointerOf(read, read.access === 'row' ? 'row' : 'all')
    if (lanes === 1) return loadOne(read, register, pointer)
    code.get(pointer)
    if (widthOf(read.dtype) === 4) code.memory('v128.load', offset)
    else
      code
        .memory('v128.load32_zero', offset)
        .vector('i16x8.extend_low_i8x16_u')
        .vector('i32x4.extend_low_i16x8_u')
    code.set(register)
  }
  const store = (write: LoopWrite<BufferPlace>, lanes: 1 | 4) => {
    const { offset } = resolver.address(write.place)
    const register = registers[write.register]!
    code.get(pointerOf(write, 'all')).get(register)
    if (widthOf(write.dtype) === 4) {
      if (lanes === 4) code.memory('v128.store', offset)
      else code.storeLane('v128.store32_lane', offset)
    } else if (lanes === 1) code.storeLane('v128.store8_lane', offset)
    else {
      code.get(register).vector('i16x8.narrow_i32x4_u')
      code.get(register).vector('i8x16.narrow_i16x8_u')
      code.storeLane('v128.store32_lane', offset)
    }
  }
  const call = (operation: VectorOperation) => {
    if (isInstruction(operation)) return code.vector(resolver.instruction(operation))
    const body = resolver.inlineBody(operation)
    if (body === undefined) code.call(resolver.kernel(operation))
    else emitInline(body)
    return code
  }

  const perElement = step.reads.map((read, i) => ({ read, register: registers[i]! }))
  const compute = (lanes: 1 | 4) => {
    for (const { read, register } of perElement)
      if (read.access === 'all' || read.access === 'row') load(read, register, lanes)
    step.instructions.forEach((instruction, i) => {
      if ('bits' in instruction) return
      for (const register of instruction.of) code.get(registers[register]!)
      call(instruction.operation)
      code.set(registers[step.reads.length + i]!)
    })
    for (const write of step.writes) store(write, lanes)
    for (const { local, width, walk } of pointers.values())
      if (walk !== 'column') code.advance(local, width * lanes)
  }

  // all pointers get their locals before the code that sets them up
  for (const { read } of perElement) if (read.access !== 'one') pointerOf(read, read.access)
  for (const write of step.writes) pointerOf(write, 'all')

  for (const { read, register } of perElement)
    if (read.access === 'one') loadOne(read, register, resolver.address(read.place).base)
  step.instructions.forEach((instruction, i) => {
    if ('bits' in instruction) code.splat(instruction.bits).set(registers[step.reads.length + i]!)
  })
  for (const { local, base, width, walk } of pointers.values()) {
    const unit = walk === 'column' ? width : width * (columns || 4)
    if (walk !== 'row') code.get(base).get(BEGIN).constant(unit).plain('i32.mul').plain('i32.add').set(local)
  }

  const counter = code.local('i32')
  const repeat = (times: number, body: () => void) => {
    if (times === 0) return
    code.constant(0).set(counter)
    code.count(counter, () => code.constant(times), body)
  }
  code.count(
    BEGIN,
    () => code.get(END),
    () => {
      if (columns === 0) return compute(4)
      for (const { local, base } of walking('row')) code.get(base).set(local)
      for (const { read, register } of perElement)
        if (read.access === 'column') loadOne(read, register, pointerOf(read, 'column'))
      repeat(Math.floor(columns / 4), () => compute(4))
      repeat(columns % 4, () => compute(1))
      for (const { local, width } of walking('column')) code.advance(local, width)
    },
  )
  return code.finish()
}
