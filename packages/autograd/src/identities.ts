import type { DType, Primitive, PrimitiveParameters } from '@vae/tensor'
import { sameShape } from '@vae/tensor'
import { type Applied, type Replacement, type Rule, rewrite, type Site } from './rewrite.ts'
import type { Tape, ValueId } from './tape.ts'

// P is one primitive here and a union over all in `Applied`, which TypeScript does not relate.
const applied = <P extends Primitive>(
  primitive: P,
  operands: readonly ValueId[],
  parameters: PrimitiveParameters[P],
): Applied => ({ primitive, operands, parameters }) as unknown as Applied

/** Whether all elements of a value are this number; 0 and −0 are two. */
const isFilled = ({ madeBy }: Site, id: ValueId, value: number): boolean => {
  const fill = madeBy(id, 'fill')
  return fill !== undefined && Object.is(fill.parameters.value, value)
}

/** Whether x + 0 is x itself: only −0 + 0 is something else. */
const isNeverMinusZero = ({ specOf, makerOf }: Site, id: ValueId): boolean => {
  if (specOf(id).dtype !== 'f32') return true
  const maker = makerOf(id)
  if (maker === undefined) return false
  const { primitive, operands } = maker
  const isSquare = primitive === 'mul' && operands[0] === operands[1]
  const isCount = primitive === 'cast' && specOf(operands[0]!).dtype !== 'f32'
  return isSquare || isCount || primitive === 'abs' || primitive === 'exp' || primitive === 'sigmoid'
}

/** Whether adding the value y to x changes nothing. */
const addsNothing = (site: Site, x: ValueId, y: ValueId): boolean =>
  isFilled(site, y, -0) || (isFilled(site, y, 0) && isNeverMinusZero(site, x))

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, index) => x === b[index])

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((x, index) => index === 0 || numbers[index - 1]! < x)

/** The operand where the result has its shape. */
const unlessChanged = ({ operands: [x], specOf, result }: Site): Replacement =>
  sameShape(specOf(x!).shape, result.shape) ? x! : null

/** Dtypes that hold every value of a dtype. */
const holds: { readonly [D in DType]: readonly DType[] } = {
  bool: ['u8', 'i32', 'u32', 'f32'],
  u8: ['i32', 'u32', 'f32'],
  i32: [],
  u32: [],
  f32: [],
}

/** The operand without the exchange of its last two axes, if that is what makes it. */
const untransposed = ({ madeBy }: Site, id: ValueId): ValueId | null => {
  const permute = madeBy(id, 'permute')
  if (permute === undefined) return null
  const { axes } = permute.parameters
  const rank = axes.length
  const exchanged = axes.every((axis, place) =>
    place < rank - 2 ? axis === place : axis === 2 * rank - 3 - place,
  )
  return rank >= 2 && exchanged ? permute.operands[0]! : null
}

type Table = { readonly [P in Primitive]?: (site: Site<P>) => Replacement }

/**
 * What is left out, since it changes bits: x + 0 (−0 becomes 0), x · 0 (not 0 for NaN and ∞), 0 − x, x − x, sums over
 * axes of size 1 (−0 again), x^1 (our polynomials round), and every law of association or distribution.
 */
const table: Table = {
  neg: ({ operands: [x], madeBy }) => madeBy(x!, 'neg')?.operands[0] ?? null,
  not: ({ operands: [x], madeBy }) => madeBy(x!, 'not')?.operands[0] ?? null,
  abs: ({ operands: [x], madeBy }) => {
    const negated = madeBy(x!, 'neg')
    return madeBy(x!, 'abs') ? x! : negated ? applied('abs', negated.operands, {}) : null
  },
  add: (site) => {
    const [x, y] = site.operands as [ValueId, ValueId]
    if (addsNothing(site, x, y)) return x
    if (addsNothing(site, y, x)) return y
    if (site.result.dtype !== 'f32') return null
    const [left, right] = [site.madeBy(x, 'neg'), site.madeBy(y, 'neg')]
    if (right) return applied('sub', [x, right.operands[0]!], {})
    return left ? applied('sub', [y, left.operands[0]!], {}) : null
  },
  sub: (site) => {
    const [x, y] = site.operands as [ValueId, ValueId]
    if (isFilled(site, y, 0)) return x
    const negated = site.madeBy(y, 'neg')
    return negated && site.result.dtype === 'f32' ? applied('add', [x, negated.operands[0]!], {}) : null
  },
  mul: (site) => {
    const [x, y] = site.operands as [ValueId, ValueId]
    if (isFilled(site, y, 1)) return x
    if (isFilled(site, x, 1)) return y
    if (site.result.dtype !== 'f32') return null
    if (isFilled(site, y, -1)) return applied('neg', [x], {})
    if (isFilled(site, x, -1)) return applied('neg', [y], {})
    const [left, right] = [site.madeBy(x, 'neg'), site.madeBy(y, 'neg')]
    return left && right ? applied('mul', [left.operands[0]!, right.operands[0]!], {}) : null
  },
  div: (site) => {
    const [x, y] = site.operands as [ValueId, ValueId]
    if (isFilled(site, y, 1)) return x
    const [above, below] = [site.madeBy(x, 'neg'), site.madeBy(y, 'neg')]
    return above && below && site.result.dtype === 'f32'
      ? applied('div', [above.operands[0]!, below.operands[0]!], {})
      : null
  },
  max: ({ operands: [x, y] }) => (x === y ? x! : null),
  min: ({ operands: [x, y] }) => (x === y ? x! : null),
  and: ({ operands: [x, y] }) => (x === y ? x! : null),
  or: ({ operands: [x, y] }) => (x === y ? x! : null),
  select: (site) => {
    const [condition, whenTrue, whenFalse] = site.operands as [ValueId, ValueId, ValueId]
    if (whenTrue === whenFalse || isFilled(site, condition, 1)) return whenTrue
    if (isFilled(site, condition, 0)) return whenFalse
    const opposite = site.madeBy(condition, 'not')
    return opposite ? applied('select', [opposite.operands[0]!, whenFalse, whenTrue], {}) : null
  },

  reshape: (site) => {
    const inner = site.madeBy(site.operands[0]!, 'reshape')
    return unlessChanged(site) ?? (inner ? applied('reshape', inner.operands, site.parameters) : null)
  },
  broadcastTo: (site) => {
    const inner = site.madeBy(site.operands[0]!, 'broadcastTo')
    return unlessChanged(site) ?? (inner ? applied('broadcastTo', inner.operands, site.parameters) : null)
  },
  permute: ({ operands: [x], parameters: { axes }, madeBy }) => {
    const inner = madeBy(x!, 'permute')
    if (isAscending(axes)) return x!
    return inner
      ? applied('permute', inner.operands, { axes: axes.map((axis) => inner.parameters.axes[axis]!) })
      : null
  },
  slice: (site) => (site.parameters.stride.every((step) => step === 1) ? unlessChanged(site) : null),
  pad: (site) => {
    const { low, high, interior } = site.parameters
    return [...low, ...high, ...interior].every((count) => count === 0) ? site.operands[0]! : null
  },
  concat: ({ operands }) => (operands.length === 1 ? operands[0]! : null),
  flip: ({ operands: [x], parameters: { axes }, madeBy, result }) => {
    const inner = madeBy(x!, 'flip')
    const undone = inner !== undefined && sameNumbers(inner.parameters.axes, axes)
    return axes.every((axis) => result.shape[axis]! <= 1) ? x! : undone ? inner.operands[0]! : null
  },
  cast: ({ operands: [x], parameters, madeBy, specOf, result }) => {
    if (specOf(x!).dtype === result.dtype) return x!
    const inner = madeBy(x!, 'cast')
    const from = inner && specOf(inner.operands[0]!).dtype
    return inner && holds[from!].includes(inner.parameters.dtype)
      ? applied('cast', inner.operands, parameters)
      : null
  },
  bitcast: ({ operands: [x], parameters, madeBy, specOf, result }) => {
    const inner = madeBy(x!, 'bitcast')
    if (specOf(x!).dtype === result.dtype) return x!
    return inner ? applied('bitcast', inner.operands, parameters) : null
  },
  matmul: (site) => {
    const [left, right] = site.operands as [ValueId, ValueId]
    const { transposeLeft, transposeRight } = site.parameters
    const [a, b] = [untransposed(site, left), untransposed(site, right)]
    if (a !== null) return applied('matmul', [a, right], { transposeLeft: !transposeLeft, transposeRight })
    if (b !== null) return applied('matmul', [left, b], { transposeLeft, transposeRight: !transposeRight })
    return null
  },
}

/** Replaces an application by a simpler one that gives the same bits; see `applyIdentities`. */
export const identities: Rule = (site) =>
  (table as { readonly [P in Primitive]?: Rule })[site.primitive]?.(site) ?? null

/**
 * The same tape after the algebraic identities that keep every bit, infinities, −0 and NaN among them: what changes
 * nothing goes (x · 1, x − 0, −(−x), a reshape, permutation, broadcast, slice, pad or cast to what is there already),
 * what follows another of its kind is merged with it, and a matrix product reads transposed operands as they were.
 *
 * ```ts
 * const f = (w: Tensor<[3, 2]>, x: Tensor<[3]>) => matmul(transpose(w), reshape(x, [3, 1]))
 * show(removeDeadCode(applyIdentities(recordFunction(f, [zeros([3, 2]), zeros([3])]).tape)))
 * // → input  %0 0: f32[3, 2]
 * //   input  %1 1: f32[3]
 * //   %3: f32[3, 1] = reshape %1 shape=[3, 1]
 * //   %4: f32[2, 1] = matmul %0 %3 transposeLeft=true transposeRight=false
 * //   output %4
 * ```
 */
export const applyIdentities = (tape: Tape): Tape => rewrite(tape, identities)
