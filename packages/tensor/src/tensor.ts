import type { DataOf, DType } from './dtype.ts'
import type { Primitive, PrimitiveParameters } from './primitives/primitive.ts'
import { type Shape, showShape, sizeOf } from './shape/dim.ts'

/** What a tensor is without its elements: enough to type a program. */
export interface TensorSpec {
  readonly shape: Shape
  readonly dtype: DType
}

/** A tensor of any shape and dtype. */
export interface AnyTensor extends TensorSpec {
  /** The elements in row-major order. Reading a recorded tensor throws: it has no value yet. */
  readonly data: DataOf<DType>
}

/** The name of the phantom member that carries the dimensions of a tensor's type; there is no such value. */
export declare const dimensions: unique symbol

/**
 * Makes literal dimensions invariant, so that one type variable cannot silently become `64 | 128`,
 * while a literal still widens to `number`.
 */
export type Invariant<S> = {
  readonly [Axis in keyof S]: number extends S[Axis] ? unknown : (dim: S[Axis]) => S[Axis]
}

/** A tensor of shape `S` and dtype `D`. */
export interface TensorOf<S extends Shape, out D extends DType> extends AnyTensor {
  readonly shape: S
  readonly dtype: D
  readonly data: DataOf<D>
  readonly [dimensions]: Invariant<S>
}

/** A tensor of 32-bit floats of shape `S`, for example `Tensor<[128, 784]>`; a scalar is `Tensor<[]>`. */
export interface Tensor<S extends Shape> extends TensorOf<S, 'f32'> {}

/** `Tensor<S>` for `f32`, else `TensorOf<S, D>`: keeps the default dtype out of hovers. */
export type Of<S extends Shape, D extends DType> = [D] extends ['f32'] ? Tensor<S> : TensorOf<S, D>

/**
 * A parameter that takes an `Of<S, D>`, written so that inference is cheap: S is read off the tensor's type and D
 * off its dtype alone, where `Of` would have all members compared. The branch for `never`, which no tensor takes,
 * is there for inference to find D.
 */
export type Operand<S extends Shape, D extends DType> = [D] extends ['f32']
  ? Tensor<S>
  : [D] extends [never]
    ? { readonly dtype: D }
    : NoInfer<TensorOf<S, D>>

/**
 * A tensor whose elements lie in a typed array on the JavaScript heap; `tensor` makes them. The constructor
 * throws a `RangeError` when the number of elements differs from that of the shape.
 */
export class HostTensor implements AnyTensor {
  readonly shape: Shape
  readonly dtype: DType
  readonly data: DataOf<DType>

  constructor(shape: Shape, dtype: DType, data: DataOf<DType>) {
    if (data.length !== sizeOf(shape))
      throw new RangeError(
        `tensor: shape ${showShape(shape)} has ${sizeOf(shape)} elements, the data has ${data.length}`,
      )
    this.shape = shape
    this.dtype = dtype
    this.data = data
  }
}

/** What appends to a tape. `@vae/autograd` implements it; `bind` calls it. */
export interface Recorder {
  /** Depth of nesting: the recorder of an inner `grad` has a higher level than that of an outer one. */
  readonly level: number
  readonly apply: <P extends Primitive>(
    primitive: P,
    operands: readonly AnyTensor[],
    parameters: PrimitiveParameters[P],
  ) => AnyTensor
}

/** A tensor that stands for a value on a tape: it has a shape and a dtype, but no elements. */
export class RecordedTensor implements AnyTensor {
  readonly shape: Shape
  readonly dtype: DType
  readonly recorder: Recorder
  /** The value's index on the tape of `recorder`. */
  readonly id: number
  /** What made it: the name of a primitive or of an input, for messages. */
  readonly origin: string

  constructor(spec: TensorSpec, recorder: Recorder, id: number, origin: string) {
    this.shape = spec.shape
    this.dtype = spec.dtype
    this.recorder = recorder
    this.id = id
    this.origin = origin
  }

  get data(): never {
    throw new Error(
      `the elements of ${showShape(this.shape)} (made by ${this.origin}) are not known while a function is ` +
        'recorded: choose between values with select, and return what you want to read',
    )
  }
}
