import { type BroadcastFromRight, broadcastShapes } from './broadcast.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Pair, Refused, Unless } from './guard.ts'
import type { Reverse } from './natural.ts'
import type { Show, ShowDim } from './show.ts'
import type { Known, Same, When } from './verdict.ts'

/** `'ij,jk'` → `['ij', 'jk']`. */
export type SubscriptsOf<Inputs extends string> = Inputs extends `${infer First},${infer Rest}`
  ? [First, ...SubscriptsOf<Rest>]
  : [Inputs]

/** Whether one of the shapes has an unknown rank, or their number is unknown. */
export type SomeRankUnknown<Shapes> = Shapes extends readonly [infer S extends Shape, ...infer Rest]
  ? number extends S['length']
    ? true
    : SomeRankUnknown<Rest>
  : Shapes extends readonly []
    ? false
    : true

/**
 * The shape of an Einstein sum over tensors of shapes `Shapes`, or a message. Each index is bound to its size in
 * the order in which it stands; the ellipses of all inputs broadcast to one another.
 */
export type Einsum<Spec extends string, Shapes extends readonly unknown[]> = string extends Spec
  ? number[]
  : Spec extends `${infer Inputs}->${infer Output}`
    ? SomeRankUnknown<Shapes> extends true
      ? number[]
      : SubscriptsOf<Inputs> extends infer Subscripts extends readonly string[]
        ? Subscripts['length'] extends Shapes['length']
          ? EinsumOutput<BindAll<Subscripts, Shapes, Record<never, never>, null, Spec>, Output, Spec>
          : Refused<`einsum '${Spec}': expected ${Subscripts['length']} operands, got ${Shapes['length'] & number}`>
        : never
    : Refused<`einsum '${Spec}': the subscripts must read inputs->output`>

/** The size of each index, and the shape that the ellipses stand for; null when there are none. */
export interface Binding {
  readonly sizes: object
  readonly ellipsis: Shape | null
}

export type BindAll<Subscripts, Shapes, Sizes, Ellipsis, Spec extends string> = Subscripts extends readonly [
  infer L extends string,
  ...infer Others,
]
  ? Shapes extends readonly [infer S extends Shape, ...infer Rest]
    ? BindMore<BindOne<L, S, Sizes, Ellipsis, Spec>, Others, Rest, Spec>
    : never
  : { readonly sizes: Sizes; readonly ellipsis: Ellipsis }

/** `BindAll` of the other operands, unless one before gave a message. */
export type BindMore<Bound, Others, Rest, Spec extends string> = Bound extends infer B extends Binding
  ? BindAll<Others, Rest, B['sizes'], B['ellipsis'], Spec>
  : Bound

/** The shape of the output for what is bound, or the message. */
export type EinsumOutput<Bound, Output extends string, Spec extends string> = Bound extends infer B extends
  Binding
  ? OutputShape<Output, B['sizes'], B['ellipsis'], Spec>
  : Bound

/** Binds the subscripts of one operand: those before the ellipsis from the left, those behind it from the right. */
export type BindOne<
  L extends string,
  S extends Shape,
  Sizes,
  Ellipsis,
  Spec extends string,
> = L extends `${infer Front}...${infer Back}`
  ? BindBehind<BindFromLeft<Front, S, Sizes, Spec, L, S>, Back, Ellipsis, Spec, L, S>
  : BindWhole<BindFromLeft<L, S, Sizes, Spec, L, S>, Ellipsis, Spec, L, S>

/** What is bound without an ellipsis, when no dimension is left. */
export type BindWhole<Left, Ellipsis, Spec extends string, L extends string, S> =
  Left extends Refused<string>
    ? Left
    : Left extends readonly [readonly [], infer All]
      ? { readonly sizes: All; readonly ellipsis: Ellipsis }
      : RankDiffers<Spec, L, S>

/** Binds the subscripts behind an ellipsis, after those before it. */
export type BindBehind<Left, Back extends string, Ellipsis, Spec extends string, L extends string, S> =
  Left extends Refused<string>
    ? Left
    : Left extends readonly [infer Rest extends Shape, infer Known]
      ? BindEllipsis<BindFromRight<Reverse<Back>, Rest, Known, Spec, L, S>, Ellipsis, Spec>
      : never

/** Broadcasts what an ellipsis stands for with that of the operands before. */
export type BindEllipsis<Right, Ellipsis, Spec extends string> =
  Right extends Refused<string>
    ? Right
    : Right extends readonly [infer Middle extends Shape, infer All]
      ? Ellipsis extends Shape
        ? BoundEllipsis<
            BroadcastFromRight<Ellipsis, Middle, [], `einsum '${Spec}'`, Ellipsis, Middle, When<Spec>>,
            All,
            Spec
          >
        : { readonly sizes: All; readonly ellipsis: Middle }
      : never

/** A binding with the shape, or the message, that ellipses broadcast to. */
export type BoundEllipsis<Common, All, _Spec> = Unless<
  Common,
  { readonly sizes: All; readonly ellipsis: Common }
>

export type RankDiffers<
  Spec extends string,
  L extends string,
  S,
> = Refused<`einsum '${Spec}': subscripts ${L} do not fit the rank of ${Show<S>}`>

export type IndexDiffers<
  Spec extends string,
  Index extends string,
  X,
  Y,
> = Refused<`einsum '${Spec}': index ${Index} is both ${ShowDim<X & number, When<Spec>>} and ${ShowDim<Y & number, When<Spec>>}`>

/** Binds a letter that is bound already. The same size stays as it is, so that a name stays a name in hovers. */
export type BindAgain<Sizes, Index extends keyof Sizes, X, Moment> =
  Known<Moment, X, Sizes[Index], Pair<Sizes[Index], Sizes[Index]>> extends true
    ? Sizes
    : Sizes & { readonly [K in Index]: X }

/** Binds letters to the first dimensions of S: what remains of S with the sizes, or a message. */
export type BindFromLeft<
  L extends string,
  S,
  Sizes,
  Spec extends string,
  AllL extends string,
  AllS,
> = L extends `${infer Index}${infer Rest}`
  ? S extends readonly [infer X, ...infer More]
    ? Index extends keyof Sizes
      ? Same<When<Spec>, X, Sizes[Index]> extends true
        ? BindFromLeft<Rest, More, BindAgain<Sizes, Index, X, When<Spec>>, Spec, AllL, AllS>
        : IndexDiffers<Spec, Index, Sizes[Index], X>
      : BindFromLeft<Rest, More, Sizes & { readonly [K in Index]: X }, Spec, AllL, AllS>
    : RankDiffers<Spec, AllL, AllS>
  : [S, Sizes]

/** Binds letters, the last first, to the last dimensions of S. */
export type BindFromRight<
  L extends string,
  S,
  Sizes,
  Spec extends string,
  AllL extends string,
  AllS,
> = L extends `${infer Index}${infer Rest}`
  ? S extends readonly [...infer More, infer X]
    ? Index extends keyof Sizes
      ? Same<When<Spec>, X, Sizes[Index]> extends true
        ? BindFromRight<Rest, More, BindAgain<Sizes, Index, X, When<Spec>>, Spec, AllL, AllS>
        : IndexDiffers<Spec, Index, Sizes[Index], X>
      : BindFromRight<Rest, More, Sizes & { readonly [K in Index]: X }, Spec, AllL, AllS>
    : RankDiffers<Spec, AllL, AllS>
  : [S, Sizes]

/** The sizes of the output's indices, or a message. */
export type OutputShape<
  Output extends string,
  Sizes,
  Ellipsis,
  Spec extends string,
  Seen = never,
  Out extends Shape = [],
> = Output extends `...${infer Rest}`
  ? Ellipsis extends Shape
    ? OutputShape<Rest, Sizes, null, Spec, Seen | '...', [...Out, ...Ellipsis]>
    : '...' extends Seen
      ? OutputRepeats<Spec, '...'>
      : NotInInput<Spec, '...'>
  : Output extends `${infer Index}${infer Rest}`
    ? Index extends Seen
      ? OutputRepeats<Spec, Index>
      : Sizes extends { readonly [K in Index]: infer X extends number }
        ? OutputShape<Rest, Sizes, Ellipsis, Spec, Seen | Index, [...Out, X]>
        : NotInInput<Spec, Index>
    : Ellipsis extends Shape
      ? Refused<`einsum '${Spec}': the output must hold the ellipsis of the inputs`>
      : Out

export type NotInInput<
  Spec extends string,
  Index extends string,
> = Refused<`einsum '${Spec}': output index ${Index} is not in any input`>
export type OutputRepeats<
  Spec extends string,
  Index extends string,
> = Refused<`einsum '${Spec}': output index ${Index} is repeated`>

/** An Einstein sum that fits its operands: a label for each axis, `…0` for the last one of an ellipsis. */
export interface EinsumPlan {
  readonly inputs: readonly (readonly string[])[]
  readonly output: readonly string[]
  readonly sizes: ReadonlyMap<string, number>
}

/** The axes that an ellipsis stands for, as labels counted from the right. */
const ellipsisLabels = (rank: number): string[] => Array.from({ length: rank }, (_, i) => `…${rank - 1 - i}`)

/**
 * The run-time twin of `Einsum`: what each axis is. Throws its message as a `ShapeError`.
 *
 * ```ts
 * einsumPlan('bij,bjk->bik', [[8, 3, 4], [8, 4, 5]]).output // → ['b', 'i', 'k']
 * ```
 */
export const einsumPlan = (spec: string, shapes: readonly Shape[]): EinsumPlan => {
  const refuse = (reason: string): never => {
    throw new ShapeError(`einsum '${spec}': ${reason}`)
  }
  const arrow = spec.indexOf('->')
  if (arrow < 0) refuse('the subscripts must read inputs->output')
  const subscripts = spec.slice(0, arrow).split(',')
  if (subscripts.length !== shapes.length)
    refuse(`expected ${subscripts.length} operands, got ${shapes.length}`)

  const sizes = new Map<string, number>()
  let ellipsis: Shape | null = null

  const bind = (index: string, size: number): string => {
    const known = sizes.get(index)
    if (known !== undefined && known !== size) refuse(`index ${index} is both ${known} and ${size}`)
    sizes.set(index, size)
    return index
  }
  const bindOne = (letters: string, shape: Shape): string[] => {
    const misfit = () => refuse(`subscripts ${letters} do not fit the rank of ${showShape(shape)}`)
    const dots = letters.indexOf('...')
    const front = [...(dots < 0 ? letters : letters.slice(0, dots))]
    const back = dots < 0 ? [] : [...letters.slice(dots + 3)]
    const left = front.map((index, axis) => bind(index, shape[axis] ?? misfit()))
    const right = back
      .reverse()
      .map((index, fromRight) =>
        bind(index, shape.slice(front.length)[shape.length - front.length - 1 - fromRight] ?? misfit()),
      )
      .reverse()
    const middle = shape.slice(front.length, shape.length - back.length)
    if (dots < 0) return middle.length > 0 ? misfit() : left
    ellipsis = ellipsis === null ? middle : broadcastShapes(`einsum '${spec}'`, ellipsis, middle)
    return [...left, ...ellipsisLabels(middle.length), ...right]
  }
  const inputs = subscripts.map((letters, operand) => bindOne(letters, shapes[operand]!))

  const output: string[] = []
  let rest = spec.slice(arrow + 2)
  let placed = false
  while (rest !== '') {
    const index = rest.startsWith('...') ? '...' : [...rest][0]!
    rest = rest.slice(index.length)
    if (index === '...') {
      if (placed) refuse('output index ... is repeated')
      if (ellipsis === null) return refuse('output index ... is not in any input')
      placed = true
      output.push(...ellipsisLabels((ellipsis as Shape).length))
    } else {
      if (output.includes(index)) refuse(`output index ${index} is repeated`)
      if (!sizes.has(index)) refuse(`output index ${index} is not in any input`)
      output.push(index)
    }
  }
  if (ellipsis !== null && !placed) refuse('the output must hold the ellipsis of the inputs')
  const labels = ellipsisLabels(((ellipsis ?? []) as Shape).length)
  labels.forEach((label, axis) => {
    sizes.set(label, ellipsis![axis]!)
  })
  return { inputs, output, sizes }
}
