import type { Code, VectorInstruction } from './code.ts'
import { floatBits } from './expression.ts'
import type { Reduction } from './step.ts'

/*
 * Reductions of vectors in registers. Sums of floats accumulate in f64, so that long ones do not lose what is
 * small; everything else is exact in any order.
 */

const isSum = ({ operation }: Reduction): boolean => operation === 'sum' || operation === 'lost'
const isWide = (reduction: Reduction): boolean => isSum(reduction) && reduction.dtype === 'f32'

const extrema = {
  max: { f32: 'f32x4.max', i32: 'i32x4.max_s', u32: 'i32x4.max_u', u8: 'i32x4.max_u' },
  min: { f32: 'f32x4.min', i32: 'i32x4.min_s', u32: 'i32x4.min_u', u8: 'i32x4.min_u' },
} as const

const combining = ({ operation, dtype }: Reduction): VectorInstruction => {
  if (dtype === 'bool') throw new TypeError(`${operation}: not defined for dtype bool`)
  if (operation === 'max' || operation === 'min') return extrema[operation][dtype]
  return dtype === 'f32' ? 'f64x2.add' : 'i32x4.add'
}

/** The lane that any other element replaces: what no elements are reduced to. */
export const identityOf = (reduction: Reduction): number => {
  const { operation, dtype } = reduction
  if (isSum(reduction)) return 0
  const least = operation === 'min'
  if (dtype === 'f32') return floatBits(least ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
  if (dtype === 'i32') return least ? 0x7fffffff : -(2 ** 31)
  if (dtype === 'u8') return least ? 255 : 0
  return least ? -1 : 0
}

const infinity = floatBits(Number.POSITIVE_INFINITY)

/** Locals that hold what one reduction has met so far. */
export interface Accumulator {
  /** Forgets everything. */
  readonly clear: () => void
  /** Takes in the lanes of a register, `lanes` of them. */
  readonly add: (register: number, lanes: number) => void
  readonly parts: readonly number[]
  /** One more, free to use. */
  readonly rest: number
}

/** All lanes in the first `lanes`, and none elsewhere. */
const firstLanes = (lanes: number): number[] =>
  Array.from({ length: 16 }, (_, byte) => (byte < 4 * lanes ? 255 : 0))

export const accumulator = (code: Code, reduction: Reduction): Accumulator => {
  const wide = isWide(reduction)
  const parts = wide ? [code.local('v128'), code.local('v128')] : [code.local('v128')]
  const rest = code.local('v128')
  const identity = identityOf(reduction)
  const instruction = combining(reduction)
  const take = (register: number): void => {
    parts.forEach((part, half) => {
      code.get(part).get(register)
      if (wide && half === 1) code.get(register).pick([2, 3, 2, 3])
      if (wide) code.vector('f64x2.promote_low_f32x4')
      code.vector(instruction).set(part)
    })
  }
  return {
    parts,
    rest,
    clear: () => {
      for (const part of parts) code.splat(identity).set(part)
    },
    add: (register, lanes) => {
      if (lanes === 4) return take(register)
      code.get(register).splat(identity).lanes(firstLanes(lanes)).vector('v128.bitselect').set(rest)
      take(rest)
    },
  }
}

/** Brings the lanes of several accumulators together in all lanes of the first. */
export const fold = (code: Code, reduction: Reduction, accumulators: readonly Accumulator[]): void => {
  const instruction = combining(reduction)
  const [total, ...others] = accumulators.flatMap(({ parts }) => parts)
  code.get(total!)
  for (const other of others) code.get(other).vector(instruction)
  code.set(total!)
  const exchange = (words: readonly [number, number, number, number]): void => {
    code.get(total!).get(total!).get(total!).pick(words).vector(instruction).set(total!)
  }
  exchange([2, 3, 0, 1])
  if (!isWide(reduction)) exchange([1, 0, 3, 2])
}

/** Leaves what the lanes of `parts` are reduced to on the stack: the first part only, after `fold`. */
export const pushResult = (
  code: Code,
  reduction: Reduction,
  { parts, rest }: Accumulator,
  folded: boolean,
): void => {
  const [low, high] = [parts[0]!, folded ? parts[0]! : (parts[1] ?? parts[0]!)]
  const narrow = (push: (part: number) => void): void => {
    for (const part of [low, high]) {
      push(part)
      code.vector('f32x4.demote_f64x2_zero')
    }
    code.pick([0, 1, 4, 5])
  }
  if (!isWide(reduction)) {
    code.get(low)
    return
  }
  narrow((part) => code.get(part))
  if (reduction.operation === 'sum') return
  code.set(rest)
  narrow((part) =>
    code
      .get(part)
      .get(part)
      .vector('f32x4.demote_f64x2_zero')
      .vector('f64x2.promote_low_f32x4')
      .vector('f64x2.sub'),
  )
  // nothing is left of an infinite sum
  code.get(rest).vector('f32x4.abs').splat(infinity).vector('f32x4.lt').vector('v128.and')
}
