import type { AxisProblem, AxisUnion } from './axis.ts'
import type { Shape } from './dim.ts'
import type { Unless } from './guard.ts'

/** S without the axes whose index is in the union `Axes`. */
export type DropAxes<S, Axes, Index extends 0[] = [], Out extends Shape = []> = S extends readonly [
  infer X extends number,
  ...infer Rest,
]
  ? DropAxes<Rest, Axes, [...Index, 0], Index['length'] extends Axes ? Out : [...Out, X]>
  : Out

/** The shape of a reduction of S over the axes `List`, or a message. */
export type Reduce<S extends Shape, List extends Shape, KeepDims, Operation extends string> = number extends
  | S['length']
  | List['length']
  | List[number]
  ? number[]
  : AxisUnion<S, List> extends infer Axes
    ? Unless<AxisProblem<Axes, S, List, Operation>, Reduced<S, Axes, KeepDims>>
    : never

/** S after a reduction over the axes whose index is in the union `Axes`. */
export type Reduced<S, Axes, KeepDims> = KeepDims extends true
  ? { -readonly [K in keyof S]: K extends `${Axes & number}` ? 1 : S[K] }
  : DropAxes<S, Axes>
