import type { DType } from '../dtype.ts'
import { cos, erf, exp, expm1, log, log1p, sigmoid, sin, tanh } from '../numerics.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import type { Primitive, PrimitiveParameters } from './primitive.ts'

/** The primitives without static parameters. */
export type Plain = {
  [P in Primitive]: keyof PrimitiveParameters[P] extends never ? P : never
}[Primitive]

const elementwise = (
  name: Primitive,
  dtypes: readonly DType[],
  f: (x: number) => number,
): Definition<Plain> => ({
  spec: ([x]) => {
    if (!dtypes.includes(x!.dtype)) throw new ShapeError(`${name}: not defined for dtype ${x!.dtype}`)
    return { shape: x!.shape, dtype: x!.dtype }
  },
  evaluate: ([x], _, result) => {
    const [{ data: a }, { data: out }] = [x!, result]
    for (let i = 0; i < out.length; i++) out[i] = f(a[i]!)
  },
})

const float: readonly DType[] = ['f32']
const signed: readonly DType[] = ['f32', 'i32']

export const unary = {
  neg: elementwise('neg', signed, (x) => -x),
  abs: elementwise('abs', signed, Math.abs),
  sign: elementwise('sign', signed, Math.sign),
  exp: elementwise('exp', float, exp),
  log: elementwise('log', float, log),
  log1p: elementwise('log1p', float, log1p),
  sqrt: elementwise('sqrt', float, Math.sqrt),
  expm1: elementwise('expm1', float, expm1),
  floor: elementwise('floor', float, Math.floor),
  sin: elementwise('sin', float, sin),
  cos: elementwise('cos', float, cos),
  erf: elementwise('erf', float, erf),
  tanh: elementwise('tanh', float, tanh),
  sigmoid: elementwise('sigmoid', float, sigmoid),
}
