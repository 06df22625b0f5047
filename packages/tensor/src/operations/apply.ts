import { bind } from '../bind.ts'
import type { DType } from '../dtype.ts'
import type { Primitive, PrimitiveParameters } from '../primitives/primitive.ts'
import { type Shape, sameShape } from '../shape/dim.ts'
import type { AnyTensor } from '../tensor.ts'

/**
 * `bind` with the result type that the operation's signature has computed. The only place where operations
 * leave the types behind: the shape rule of the primitive checks at run time what the signature promised,
 * and the property tests compare the two.
 */
export const apply = <R>(
  primitive: Primitive,
  operands: readonly AnyTensor[],
  parameters: PrimitiveParameters[Primitive] = {},
): R => bind(primitive, operands, parameters as never) as R

/** A scalar constant of dtype `dtype`. */
export const scalar = (value: number, dtype: DType = 'f32'): AnyTensor =>
  bind('fill', [], { value, shape: [], dtype })

/** `x` itself if it has the shape already, else repeated to it. */
export const broadcast = (x: AnyTensor, shape: Shape): AnyTensor =>
  sameShape(x.shape, shape) ? x : bind('broadcastTo', [x], { shape })
