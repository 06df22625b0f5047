import type { ValueId } from '@vae/autograd'
import { vectorInstructions } from './code.ts'
import { type Fused, isFull, resultStrides } from './fusion.ts'
import { registersOf } from './registers.ts'
import { isReduced } from './space.ts'
import type { LoopInstruction, LoopPass } from './step.ts'

/** A value that a loop writes. */
export interface Writing {
  readonly value: ValueId
  readonly register: number
  readonly strides: readonly number[]
  /** The pass that writes it, or null for a kept value, written after the last one. */
  readonly pass: number | null
}

/** A fused group as passes over the reduced dimensions. */
export interface LoopSchedule {
  readonly instructions: readonly LoopInstruction[]
  readonly passes: readonly LoopPass[]
  /** In the order in which they happen. */
  readonly writes: readonly Writing[]
  /** The last pass that reads a value which the loop reads or sets aside. */
  readonly lastPass: (value: ValueId) => number
}

/** Above this many instructions a value of an earlier pass is set aside in memory instead of computed again. */
const dearestAgain = 8

const slow: Readonly<Record<string, number>> = { 'f32x4.div': 4, 'f32x4.sqrt': 4 }
const kernelCost = 12

const ownCost = (instruction: LoopInstruction): number => {
  if (!('operation' in instruction)) return 0
  const { operation } = instruction
  return operation in vectorInstructions ? (slow[operation] ?? 1) : kernelCost
}

/**
 * Divides a group into passes: what needs the result of a reduction comes in the pass after it. A later pass computes
 * again what is cheap, and reads back what is dear: the points of one unit are still in a cache.
 */
export const loopScheduleOf = (group: Fused, stored: (value: ValueId) => boolean): LoopSchedule => {
  const { nodes, readings, space } = group
  const { instructions, registerOf } = registersOf(group)
  const first = readings.length
  const plain = !isReduced(space)

  /** Whether a register differs along reduced dimensions, the first pass that can have it, and what it costs. */
  const varies: boolean[] = readings.map(
    ({ strides }) => plain || strides.some((stride, i) => space.reduced[i]! && stride !== 0),
  )
  const stages: number[] = readings.map(() => 0)
  const costs: number[] = readings.map(() => 1)
  const operands: (readonly number[])[] = readings.map(() => [])
  for (const instruction of instructions) {
    const of = 'bits' in instruction ? [] : 'reduction' in instruction ? [instruction.of] : instruction.of
    const reduction = 'reduction' in instruction
    operands.push(of)
    varies.push(!reduction && of.some((register) => varies[register]))
    stages.push(Math.max(0, ...of.map((register) => stages[register]!)) + Number(reduction))
    costs.push(
      of.reduce((sum, register) => sum + (varies[register] ? costs[register]! : 0), ownCost(instruction)),
    )
  }

  const writes: Writing[] = []
  const passes: Record<'compute' | 'reduce' | 'write', Set<number>>[] = []
  const reloads: Map<number, ValueId>[] = []
  const passAt = (index: number) => {
    while (passes.length <= index) {
      passes.push({ compute: new Set(), reduce: new Set(), write: new Set() })
      reloads.push(new Map())
    }
    return passes[index]!
  }
  /** The full value that a register is, if it is one. */
  const valueIn = new Map<number, ValueId>()
  for (const node of nodes)
    if (node.kind === 'element' && isFull(node, space)) {
      const register = registerOf.get(node.result)!
      if (!valueIn.has(register) || stored(node.result)) valueIn.set(register, node.result)
    }

  const writeFull = (value: ValueId, register: number): void => {
    if (writes.some((write) => write.value === value)) return
    const pass = stages[register]!
    const strides = resultStrides(nodes.find(({ result }) => result === value)!, space)
    writes.push({ value, register, strides, pass })
    demand(register, pass)
  }
  /** Makes a register known in a pass. */
  const demand = (register: number, pass: number): void => {
    if (!varies[register]) {
      const at = passAt(stages[register]!)
      if (at.compute.has(register)) return
      at.compute.add(register)
      const instruction = instructions[register - first]
      if (instruction !== undefined && 'reduction' in instruction) {
        const fed = stages[register]! - 1
        passAt(fed).reduce.add(register)
        demand(instruction.of, fed)
      } else for (const operand of operands[register]!) demand(operand, pass)
      return
    }
    const at = passAt(pass)
    if (at.compute.has(register) || reloads[pass]!.has(register)) return
    const value = valueIn.get(register)
    if (stages[register]! < pass && value !== undefined) {
      if (costs[register]! > (stored(value) ? 1 : dearestAgain)) {
        reloads[pass]!.set(register, value)
        writeFull(value, register)
        return
      }
    }
    at.compute.add(register)
    for (const operand of operands[register]!) demand(operand, pass)
  }

  for (const node of nodes) {
    if (!stored(node.result)) continue
    const register = registerOf.get(node.result)!
    if (node.kind === 'element' && isFull(node, space)) writeFull(node.result, register)
    else {
      writes.push({ value: node.result, register, strides: resultStrides(node, space), pass: null })
      demand(register, 0)
    }
  }
  writes.sort((a, b) => (a.pass ?? passes.length) - (b.pass ?? passes.length))
  writes.forEach(({ pass }, i) => {
    if (pass !== null) passAt(pass).write.add(i)
  })
  const ascending = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b)
  const writeOf = (value: ValueId): number => writes.findIndex((write) => write.value === value)
  const last = new Map<ValueId, number>()
  passes.forEach(({ compute }, pass) => {
    for (const register of compute) if (register < first) last.set(readings[register]!.value, pass)
    for (const value of reloads[pass]!.values()) last.set(value, pass)
  })
  return {
    instructions,
    passes: passes.map(({ compute, reduce, write }, pass) => ({
      compute: ascending(compute),
      reload: [...reloads[pass]!].map(([register, value]) => ({ register, write: writeOf(value) })),
      reduce: ascending(reduce),
      write: ascending(write),
    })),
    writes,
    lastPass: (value) => last.get(value) ?? 0,
  }
}
