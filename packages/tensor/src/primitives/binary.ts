import type { DType } from '../dtype.ts'
import { pow } from '../numerics.ts'
import { sameShape, showShape } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { TensorSpec } from '../tensor.ts'
import type { Definition } from './definition.ts'
import type { Direction, Primitive } from './primitive.ts'
import type { Plain } from './unary.ts'

type Scalar2 = (x: number, y: number) => number

/** Both operands must agree in shape (operations have broadcast before) and in dtype. */
const agree = (name: Primitive, left: TensorSpec, right: TensorSpec): void => {
  if (!sameShape(left.shape, right.shape))
    throw new ShapeError(`${name}: shapes differ: ${showShape(left.shape)} and ${showShape(right.shape)}`)
  if (left.dtype !== right.dtype)
    throw new ShapeError(`${name}: dtypes differ: ${left.dtype} and ${right.dtype}`)
}

const elementwise = (
  name: Primitive,
  implementations: Partial<Record<DType, Scalar2>>,
): Definition<Plain> => ({
  spec: ([left, right]) => {
    agree(name, left!, right!)
    if (implementations[left!.dtype] === undefined)
      throw new ShapeError(`${name}: not defined for dtype ${left!.dtype}`)
    return { shape: left!.shape, dtype: left!.dtype }
  },
  evaluate: ([left, right], _, result) => {
    const f = implementations[left!.dtype]!
    const [{ data: a }, { data: b }, { data: out }] = [left!, right!, result]
    for (let i = 0; i < out.length; i++) out[i] = f(a[i]!, b[i]!)
  },
})

const numeric = (f: Scalar2): Partial<Record<DType, Scalar2>> => ({ f32: f, i32: f, u32: f })
const bitwise = (integer: Scalar2, logical: Scalar2): Partial<Record<DType, Scalar2>> => ({
  i32: integer,
  u32: integer,
  bool: logical,
})
const divideIntegers: Scalar2 = (x, y) => (y === 0 ? 0 : Math.trunc(x / y))

export const binary = {
  add: elementwise(
    'add',
    numeric((x, y) => x + y),
  ),
  sub: elementwise(
    'sub',
    numeric((x, y) => x - y),
  ),
  // An integer product may need 64 bits, more than a double holds; imul keeps the low 32.
  mul: elementwise('mul', { f32: (x, y) => x * y, i32: Math.imul, u32: Math.imul }),
  div: elementwise('div', { f32: (x, y) => x / y, i32: divideIntegers, u32: divideIntegers }),
  pow: elementwise('pow', { f32: pow }),
  max: elementwise('max', numeric(Math.max)),
  min: elementwise('min', numeric(Math.min)),
  and: elementwise(
    'and',
    bitwise(
      (x, y) => x & y,
      (x, y) => x & y,
    ),
  ),
  or: elementwise(
    'or',
    bitwise(
      (x, y) => x | y,
      (x, y) => x | y,
    ),
  ),
}

const directions: Record<Direction, (x: number, y: number) => boolean> = {
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  ge: (x, y) => x >= y,
  gt: (x, y) => x > y,
}

export const compare: Definition<'compare'> = {
  spec: ([left, right]) => {
    agree('compare', left!, right!)
    return { shape: left!.shape, dtype: 'bool' }
  },
  evaluate: ([left, right], { direction }, result) => {
    const holds = directions[direction]
    const [{ data: a }, { data: b }, { data: out }] = [left!, right!, result]
    for (let i = 0; i < out.length; i++) out[i] = holds(a[i]!, b[i]!) ? 1 : 0
  },
}

export const select: Definition<'select'> = {
  spec: ([condition, whenTrue, whenFalse]) => {
    agree('select', whenTrue!, whenFalse!)
    if (condition!.dtype !== 'bool')
      throw new ShapeError(`select: the condition must be bool, it is ${condition!.dtype}`)
    if (!sameShape(condition!.shape, whenTrue!.shape))
      throw new ShapeError(
        `select: shapes differ: ${showShape(condition!.shape)} and ${showShape(whenTrue!.shape)}`,
      )
    return { shape: whenTrue!.shape, dtype: whenTrue!.dtype }
  },
  evaluate: ([condition, whenTrue, whenFalse], _, result) => {
    const [{ data: choice }, { data: a }, { data: b }, { data: out }] = [
      condition!,
      whenTrue!,
      whenFalse!,
      result,
    ]
    for (let i = 0; i < out.length; i++) out[i] = choice[i] ? a[i]! : b[i]!
  },
}

export const not: Definition<'not'> = {
  spec: ([x]) => {
    if (x!.dtype === 'f32' || x!.dtype === 'u8')
      throw new ShapeError(`not: not defined for dtype ${x!.dtype}`)
    return { shape: x!.shape, dtype: x!.dtype }
  },
  evaluate: ([x], _, result) => {
    const flip = x!.dtype === 'bool' ? (value: number) => 1 - value : (value: number) => ~value
    for (let i = 0; i < result.data.length; i++) result.data[i] = flip(x!.data[i]!)
  },
}
