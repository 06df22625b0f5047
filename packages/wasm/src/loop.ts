import { type Accumulator, accumulator, fold, pushResult } from './accumulator.ts'
import type { BufferPlace } from './buffer.ts'
import { Code, vectorInstructions } from './code.ts'
import type { DefinedFunction, FunctionType } from './encoder.ts'
import type { VectorOperation } from './expression.ts'
import { inliner } from './inline.ts'
import type { VectorKernel } from './kernels.ts'
import { loadSplat, loadVector, storeLanes } from './lanes.ts'
import { columnBlock, shapeOf } from './loop-shape.ts'
import { pointers, type Walked } from './pointers.ts'
import type { Resolver } from './resolver.ts'
import { type LoopPass, type LoopStep, type Reduction, widthOf } from './step.ts'
import { placesOf, throughPlaces } from './streams.ts'
import { longestPass, unrolling } from './unrolling.ts'

/** (scratch, persistent, begin, end): the bases of the two spaces and the range of units. */
export const loopType: FunctionType = { parameters: ['i32', 'i32', 'i32', 'i32'], results: [] }
const [BEGIN, END] = [2, 3]

const isKernel = (operation: VectorOperation): operation is VectorKernel => !(operation in vectorInstructions)

/**
 * The function of one fused loop. What a register depends on decides where it is computed: once, once for each unit,
 * or within some of the nested loops; in the innermost one, several vectors in a row save counting. A flat loop
 * handles whole vectors up to the padding of its buffers. Rows end anywhere: what the last vector holds beyond
 * the end is neither stored nor reduced.
 */
export const encodeLoop = (step: LoopStep<BufferPlace>, resolver: Resolver): DefinedFunction => {
  const code = new Code(loopType)
  const shape = shapeOf(step)
  const { kind, unit, nest } = shape
  const { sizes, reads, instructions, writes } = step
  const last = sizes.length - 1
  const first = reads.length
  const copies = unrolling(step, shape, resolver)

  const emitInline = inliner(
    code,
    instructions.flatMap((instruction) =>
      'operation' in instruction && isKernel(instruction.operation)
        ? (resolver.inlineBody(instruction.operation) ?? [])
        : [],
    ),
  )

  /** 0: once; 1: for each unit; 2 + i: within the loop over nest[i]. */
  const levels: number[] = []
  /** Whether lanes differ. */
  const wide: boolean[] = []
  for (const { strides } of reads) {
    const inNest = nest.map((dimension) => strides[dimension] !== 0).lastIndexOf(true)
    levels.push(inNest >= 0 ? 2 + inNest : Number(strides.some((stride) => stride !== 0)))
    wide.push((strides[last] ?? 1) !== 0)
  }
  for (const instruction of instructions) {
    const of = 'operation' in instruction ? instruction.of : []
    const reduction = 'reduction' in instruction
    levels.push(Math.max(Number(reduction), ...of.map((register) => levels[register]!)))
    wide.push(reduction ? kind === 'columns' : of.some((register) => wide[register]))
  }
  const innermost = 1 + nest.length

  /** Columns keep the registers of several vectors at once, unless each lives in one step of the innermost loop only. */
  const locals = levels.map((level, register) =>
    Array.from({ length: kind === 'columns' && wide[register] && level < innermost ? copies : 1 }, () =>
      code.local('v128'),
    ),
  )
  const local = (register: number, copy: number): number =>
    locals[register]![Math.min(copy, locals[register]!.length - 1)]!

  const walks = pointers(code, resolver)
  // all pointers get their locals before the code that sets them up
  for (const walked of [...reads, ...writes]) walks.pointerOf(walked)
  const offsetOf = ({ place, dtype }: Walked, copy: number): number =>
    resolver.address(place).offset + 4 * copy * widthOf(dtype)

  const load = (walked: Walked, register: number, copy: number): void => {
    code.get(walks.pointerOf(walked))
    if (wide[register]) loadVector(code, walked.dtype, offsetOf(walked, copy))
    else loadSplat(code, walked.dtype, offsetOf(walked, 0))
    code.set(local(register, copy))
  }
  const store = (write: number, copy: number, lanes: number): void => {
    const { dtype, register } = writes[write]!
    const pointer = walks.pointerOf(writes[write]!)
    storeLanes(code, dtype, pointer, offsetOf(writes[write]!, copy), local(register, copy), lanes)
  }
  const compute = (register: number, copy: number): void => {
    const instruction = instructions[register - first]
    if (instruction === undefined) load(reads[register]!, register, copy)
    else if ('operation' in instruction) {
      const { operation, of } = instruction
      for (const operand of of) code.get(local(operand, copy))
      const body = isKernel(operation) ? resolver.inlineBody(operation) : undefined
      if (body !== undefined) emitInline(body)
      else if (isKernel(operation)) code.call(resolver.kernel(operation))
      else code.vector(resolver.instruction(operation))
      code.set(local(register, copy))
    }
  }
  /** Everything of one level, in each copy that differs. */
  const computeLevel = ({ compute: registers, reload }: LoopPass, level: number, count: number): void => {
    const each = (register: number, f: (copy: number) => void): void => {
      const times = kind === 'columns' && wide[register] ? count : 1
      for (let copy = 0; copy < times; copy++) f(copy)
    }
    for (const { register, write } of reload)
      if (levels[register] === level) each(register, (copy) => load(writes[write]!, register, copy))
    for (const register of registers)
      if (levels[register] === level) each(register, (copy) => compute(register, copy))
  }

  const reductionOf = (register: number): { readonly reduction: Reduction; readonly of: number } => {
    const instruction = instructions[register - first]!
    if (!('reduction' in instruction)) throw new TypeError('only reductions accumulate')
    return instruction
  }
  /** A sum and what it loses have the same accumulators. */
  const accumulators = new Map<string, readonly Accumulator[]>()
  const keyOf = (register: number): string => {
    const { reduction, of } = reductionOf(register)
    const { operation, dtype } = reduction
    return `${operation === 'lost' ? 'sum' : operation} ${dtype} ${of}`
  }
  const accumulatorsOf = (register: number): readonly Accumulator[] => {
    const key = keyOf(register)
    const found =
      accumulators.get(key) ??
      Array.from({ length: copies }, () => accumulator(code, reductionOf(register).reduction))
    accumulators.set(key, found)
    return found
  }
  /** One of the registers that share accumulators. */
  const distinct = (registers: readonly number[]): readonly number[] =>
    registers.filter((register, i) => registers.findIndex((other) => keyOf(other) === keyOf(register)) === i)

  /** One vector of the innermost loop; columns compute what all copies share before. */
  const vector = (pass: LoopPass, copy: number, lanes: number): void => {
    const mine = (register: number): boolean =>
      levels[register] === innermost && (kind !== 'columns' || wide[register]!)
    for (const { register, write } of pass.reload) if (mine(register)) load(writes[write]!, register, copy)
    for (const register of pass.compute) if (mine(register)) compute(register, copy)
    for (const register of distinct(pass.reduce))
      accumulatorsOf(register)[copy]!.add(
        local(reductionOf(register).of, copy),
        kind === 'columns' ? 4 : lanes,
      )
    for (const write of pass.write) store(write, copy, lanes)
  }
  const shared = (pass: LoopPass): void => {
    const mine = (register: number): boolean => levels[register] === innermost && !wide[register]
    for (const { register, write } of pass.reload) if (mine(register)) load(writes[write]!, register, 0)
    for (const register of pass.compute) if (mine(register)) compute(register, 0)
  }

  const counters = nest.map(() => code.local('i32'))
  const vectors = (pass: LoopPass, dimension: number, count: number, lanes: number): void => {
    for (let copy = 0; copy < count; copy++) vector(pass, copy, lanes)
    walks.advance([dimension, lanes === 4 ? 4 * count : lanes])
  }
  /** The loops over the nest from `depth` on; afterwards pointers stand at the end of what they went through. */
  const nested = (pass: LoopPass, depth: number, count: number, lanes: number): void => {
    const dimension = nest[depth]!
    const [size, counter] = [sizes[dimension]!, counters[depth]!]
    if (depth < nest.length - 1) {
      const inner = nest[depth + 1]!
      code.repeat(size, counter, () => {
        computeLevel(pass, 2 + depth, count)
        nested(pass, depth + 1, count, lanes)
        walks.advance([dimension, 1], [inner, -sizes[inner]!])
      })
    } else if (kind === 'columns')
      code.repeat(size, counter, () => {
        shared(pass)
        for (let copy = 0; copy < count; copy++) vector(pass, copy, lanes)
        walks.advance([dimension, 1])
      })
    else {
      const whole = Math.floor(size / 4)
      code.repeat(Math.floor(whole / copies), counter, () => vectors(pass, dimension, copies, 4))
      code.repeat(whole % copies, counter, () => vectors(pass, dimension, 1, 4))
      if (size % 4 > 0) vectors(pass, dimension, 1, size % 4)
    }
  }

  /** All passes at one unit: `count` vectors of columns at once, the last of which has `lanes` that count. */
  const passes = (count: number, lanes: number): void => {
    for (const pass of step.passes) {
      computeLevel(pass, 1, count)
      if (pass.reduce.length + pass.write.length === 0) continue
      for (const register of pass.reduce) for (const each of accumulatorsOf(register)) each.clear()
      nested(pass, 0, count, lanes)
      const outermost = nest[0]!
      walks.advance([outermost, -sizes[outermost]!])
      if (kind === 'rows')
        for (const register of distinct(pass.reduce))
          fold(code, reductionOf(register).reduction, accumulatorsOf(register))
      for (const register of pass.reduce) finish(register, count)
    }
    writes.forEach((_, write) => {
      if (step.passes.every((pass) => !pass.write.includes(write)))
        for (let copy = 0; copy < count; copy++) store(write, copy, kind === 'rows' ? 1 : lanes)
    })
  }
  const finish = (register: number, count: number): void => {
    const folded = kind === 'rows'
    for (let copy = 0; copy < (folded ? 1 : count); copy++) {
      pushResult(code, reductionOf(register).reduction, accumulatorsOf(register)[copy]!, folded)
      code.set(local(register, copy))
    }
  }

  instructions.forEach((instruction, i) => {
    if ('bits' in instruction) code.splat(instruction.bits).set(local(first + i, 0))
  })
  for (const pass of step.passes) computeLevel(pass, 0, 1)

  if (kind === 'flat') {
    const pass = step.passes[0]!
    const left = code.local('i32')
    walks.start([{ dimension: 0, local: BEGIN, times: 4 }])
    const places = placesOf(step, longestPass(step, resolver))
    if (places > 1)
      throughPlaces(
        code,
        places,
        [BEGIN, END],
        (ahead) => vector(pass, ahead, 4),
        (vectors) => walks.advance([0, 4 * vectors]),
      )
    const some = (count: number, pushLeft: () => void): void => {
      code.get(END).get(BEGIN).plain('i32.sub')
      pushLeft()
      code.set(left).countdown(left, () => vectors(pass, 0, count, 4))
    }
    if (copies > 1) some(copies, () => code.constant(Math.log2(copies)).plain('i32.shr_u'))
    some(1, () => copies > 1 && code.constant(copies - 1).plain('i32.and'))
    return code.finish()
  }

  const blocks = kind === 'columns' ? Math.ceil(sizes[last]! / columnBlock) : 1
  const rest = code.local('i32')
  const indices = unit.map(() => code.local('i32'))
  const block = code.local('i32')
  /** Takes the number of a unit apart and sets the pointers. */
  const enter = (): void => {
    code.get(BEGIN).set(rest)
    if (kind === 'columns') {
      code.get(rest).constant(blocks).plain('i32.rem_u').set(block)
      code.get(rest).constant(blocks).plain('i32.div_u').set(rest)
    }
    for (let i = unit.length - 1; i > 0; i--) {
      const size = sizes[unit[i]!]!
      code.get(rest).constant(size).plain('i32.rem_u').set(indices[i]!)
      code.get(rest).constant(size).plain('i32.div_u').set(rest)
    }
    if (unit.length > 0) code.get(rest).set(indices[0]!)
    walks.start([
      ...unit.map((dimension, i) => ({ dimension, local: indices[i]!, times: 1 })),
      ...(kind === 'columns' ? [{ dimension: last, local: block, times: columnBlock }] : []),
    ])
  }
  /** `times` groups of `count` vectors of columns. */
  const columnGroups = (times: number, count: number): void => {
    const counter = code.local('i32')
    code.repeat(times, counter, () => {
      passes(count, 4)
      walks.advance([last, 4 * count])
    })
  }
  const wholeBlock = () => columnGroups(columnBlock / 4 / copies, copies)
  const lastBlock = () => {
    const left = sizes[last]! % columnBlock
    columnGroups(Math.floor(left / 4), 1)
    if (left % 4 > 0) passes(1, left % 4)
  }
  code.count(
    BEGIN,
    () => code.get(END),
    () => {
      enter()
      if (kind === 'rows') passes(1, 4)
      else if (sizes[last]! % columnBlock === 0) wholeBlock()
      else if (blocks === 1) lastBlock()
      else
        code
          .get(block)
          .constant(blocks - 1)
          .plain('i32.lt_u')
          .when(wholeBlock, lastBlock)
    },
  )
  return code.finish()
}
