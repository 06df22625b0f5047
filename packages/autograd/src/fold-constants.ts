import { type AnyTensor, evaluatePrimitive, HostTensor, type Primitive, sizeOf } from '@vae/tensor'
import { type Applied, type Replacement, type Rule, rewrite, type Site } from './rewrite.ts'
import type { Tape, ValueId } from './tape.ts'

/** The most elements of a constant that is computed ahead: larger ones would only move work and memory. */
const largest = 1024

/** Primitives that are programs of their own, or exist to keep what stands before them apart from what follows. */
const opaque: ReadonlySet<string> = new Set(['barrier', 'checkpoint', 'cond', 'customVjp', 'scan'])

/** Primitives of which equal elements give equal elements, each computed from one of every operand. */
const elementwise: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(['neg', 'abs', 'sign', 'exp', 'log', 'log1p', 'sqrt', 'expm1', 'floor', 'sin', 'cos', 'erf'] as const),
  ...(['not', 'tanh', 'sigmoid', 'add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'and', 'or'] as const),
  ...(['compare', 'select', 'cast', 'bitcast'] as const),
])

/** Primitives that only place elements. */
const placing: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(['reshape', 'permute', 'broadcastTo', 'slice', 'flip', 'stopGradient'] as const),
])

const scalar = (value: number, { dtype }: { readonly dtype: AnyTensor['dtype'] }): AnyTensor =>
  tensorOf(evaluatePrimitive('fill', [], { value, shape: [], dtype }))

/** In precision f32 the evaluator allocates the typed array of the dtype. */
const tensorOf = ({ shape, dtype, data }: ReturnType<typeof evaluatePrimitive>): AnyTensor =>
  new HostTensor(shape, dtype, data as AnyTensor['data'])

const evaluated = ({ primitive, parameters }: Site, operands: readonly AnyTensor[]): AnyTensor =>
  tensorOf(evaluatePrimitive(primitive, operands, parameters))

/** A tensor of equal elements of the result's shape. */
const filled = ({ result: { shape, dtype } }: Site, value: number): Applied => ({
  primitive: 'fill',
  parameters: { value, shape, dtype },
  operands: [],
})

/** All elements of a value as one scalar, if they are known to be equal. */
const uniform = ({ madeBy, specOf }: Site, id: ValueId): AnyTensor | undefined => {
  const fill = madeBy(id, 'fill')
  return fill && scalar(fill.parameters.value, specOf(id))
}

/** The elements of a value, if they are known and few. */
const elements = (site: Site, id: ValueId): AnyTensor | undefined => {
  const { shape } = site.specOf(id)
  if (sizeOf(shape) > largest) return undefined
  const fill = site.madeBy(id, 'fill')
  const iota = site.madeBy(id, 'iota')
  if (fill) return tensorOf(evaluatePrimitive('fill', [], fill.parameters))
  if (iota) return tensorOf(evaluatePrimitive('iota', [], iota.parameters))
  return site.constantOf(id)
}

/** What `of` knows of every operand, or undefined as soon as one is not known. */
const all = <T>(operands: readonly ValueId[], of: (id: ValueId) => T | undefined): T[] | undefined => {
  const found: T[] = []
  for (const id of operands) {
    const known = of(id)
    if (known === undefined) return undefined
    found.push(known)
  }
  return found
}

/** Replaces what depends on constants alone by its value; see `foldConstants`. */
export const folding: Rule = (site): Replacement => {
  const { primitive, parameters, operands, result } = site
  if (operands.length === 0 || opaque.has(primitive)) return null
  const scalars = all(operands, (id) => uniform(site, id))
  if (scalars && placing.has(primitive)) return filled(site, scalars[0]!.data[0]!)
  if (scalars && elementwise.has(primitive))
    return filled(site, tensorOf(evaluatePrimitive(primitive, scalars, parameters)).data[0]!)
  if (sizeOf(result.shape) > largest) return null
  const tensors = all(operands, (id) => elements(site, id))
  if (tensors === undefined) return null
  const folded = evaluated(site, tensors)
  const [first] = folded.data
  return first !== undefined && folded.data.every((element) => Object.is(element, first))
    ? filled(site, first)
    : folded
}

/**
 * The same tape with what depends on constants alone computed ahead, by the reference evaluator in float32: constants
 * of equal elements of any size, others up to 1024 elements. Nothing is folded through a barrier, and random bits only
 * where their key is a constant.
 *
 * ```ts
 * const f = (x: Tensor<[3]>) => mul(x, exp(neg(zeros([3]))))
 * show(removeDeadCode(foldConstants(recordFunction(f, [zeros([3])]).tape)))
 * // → input  %0 0: f32[3]
 * //   %3: f32[3] = fill value=1 shape=[3] dtype=f32
 * //   %4: f32[3] = mul %0 %3
 * //   output %4
 * ```
 */
export const foldConstants = (tape: Tape): Tape => rewrite(tape, folding)
