/*
 * Vector functions of the kernel module, taken out of its binary so that generated loops can carry them: a
 * call would spill every register around it and build all constants anew.
 */

import type { Code } from './code.ts'

/** One instruction of a straight-line function on vectors. */
export type InlineInstruction =
  | { readonly kind: 'get' | 'set' | 'tee'; readonly local: number }
  | { readonly kind: 'constant'; readonly bytes: readonly number[] }
  | { readonly kind: 'other'; readonly bytes: readonly number[] }

/** A function that leaves its result on the stack. Locals count from its parameters on. */
export interface InlineBody {
  readonly parameters: number
  readonly instructions: readonly InlineInstruction[]
}

const reader = (binary: Uint8Array, start: number) => {
  let at = start
  const byte = (): number => binary[at++]!
  const number = (): number => {
    let [value, shift, next] = [0, 0, 0]
    do {
      next = byte()
      value |= (next & 0x7f) << shift
      shift += 7
    } while (next & 0x80)
    return value >>> 0
  }
  const bytes = (count: number): number[] => {
    at += count
    return [...binary.subarray(at - count, at)]
  }
  const skip = (count: number): void => {
    at += count
  }
  return { byte, number, bytes, position: () => at, skip }
}

const accesses = { 32: 'get', 33: 'set', 34: 'tee' } as const
const vectorType = 0x7b

/** The body at `start`, or null if it branches, calls, touches memory or reads a local before it sets it. */
const decode = (binary: Uint8Array, start: number, parameters: number): InlineBody | null => {
  const input = reader(binary, start)
  const end = input.number() + input.position()
  for (let runs = input.number(); runs > 0; runs--) {
    input.number()
    if (input.byte() !== vectorType) return null
  }
  const known = new Set(Array.from({ length: parameters }, (_, i) => i))
  const instructions: InlineInstruction[] = []
  while (input.position() < end - 1) {
    const from = input.position()
    const code = input.byte()
    if (code === 0x20 || code === 0x21 || code === 0x22) {
      const local = input.number()
      if (code === 0x20 && !known.has(local)) return null
      known.add(local)
      instructions.push({ kind: accesses[code], local })
      continue
    }
    if (code === 0x41) input.number()
    else if (code !== 0xfd) return null
    else {
      const vector = input.number()
      if (vector === 0x0c) {
        instructions.push({ kind: 'constant', bytes: input.bytes(16) })
        continue
      }
      // loads, stores and shuffles come before the splats, lane accesses before the comparisons
      if (vector < 0x0f || (vector > 0x14 && vector < 0x23) || (vector > 0x53 && vector < 0x5e)) return null
    }
    instructions.push({ kind: 'other', bytes: [...binary.subarray(from, input.position())] })
  }
  return { parameters, instructions }
}

/** The exported functions named in `parameters` (with their number of vectors) that can be inlined. */
export const inlineBodies = (
  binary: Uint8Array,
  parameters: Readonly<Record<string, number>>,
): ReadonlyMap<string, InlineBody> => {
  const exported = new Map<string, number>()
  const starts: number[] = []
  const input = reader(binary, 8)
  while (input.position() < binary.length) {
    const id = input.byte()
    const end = input.number() + input.position()
    if (id === 7)
      for (let count = input.number(); count > 0; count--) {
        const name = String.fromCharCode(...input.bytes(input.number()))
        const kind = input.byte()
        const index = input.number()
        if (kind === 0) exported.set(name, index)
      }
    if (id === 10)
      for (let count = input.number(); count > 0; count--) {
        starts.push(input.position())
        input.skip(input.number())
      }
    input.skip(end - input.position())
  }
  // the kernel module imports a memory only, so that function indices are those of the bodies
  return new Map(
    Object.entries(parameters).flatMap(([name, count]) => {
      const index = exported.get(name)
      const body = index === undefined ? null : decode(binary, starts[index]!, count)
      return body === null ? [] : [[name, body] as const]
    }),
  )
}

/**
 * Prepares the bodies for one function: their constants become locals that `code` sets here, before any loop.
 * Returns what emits a body, which takes its arguments from the stack and leaves its result there.
 */
export const inliner = (code: Code, used: readonly InlineBody[]) => {
  const constants = new Map<string, number>()
  for (const { instructions } of used)
    for (const instruction of instructions) {
      if (instruction.kind !== 'constant') continue
      const key = instruction.bytes.join()
      if (constants.has(key)) continue
      const local = code.local('v128')
      constants.set(key, local)
      code.lanes(instruction.bytes).set(local)
    }
  /** Locals of the bodies, which never live at the same time. */
  const shared: number[] = []
  const localOf = (index: number): number => {
    shared[index] ??= code.local('v128')
    return shared[index]
  }
  return ({ parameters, instructions }: InlineBody): void => {
    for (let i = parameters - 1; i >= 0; i--) code.set(localOf(i))
    for (const instruction of instructions) {
      if (instruction.kind === 'constant') code.get(constants.get(instruction.bytes.join())!)
      else if (instruction.kind === 'other') code.raw(instruction.bytes)
      else code[instruction.kind](localOf(instruction.local))
    }
  }
}
