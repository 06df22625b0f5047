import {
  type AnyTensor,
  type DType,
  HostTensor,
  type Key,
  key,
  leaves,
  type Shape,
  sizeOf,
  tensor,
  unflatten,
} from '@vae/tensor'
import * as fc from 'fast-check'

/** Limits of generated shapes. */
export interface ShapeLimits {
  /** 0 (scalars) unless given. */
  readonly minRank?: number
  /** 4 unless given. */
  readonly maxRank?: number
  /** 0 (tensors without elements) unless given. */
  readonly minDim?: number
  /** 3 unless given. */
  readonly maxDim?: number
  /** 32 unless given: gradient checks visit every element. */
  readonly maxSize?: number
}

/** Sizes of an axis; 1, where broadcasting changes its mind, comes often, and 0 now and then. */
const dims = ({ minDim = 0, maxDim = 3 }: ShapeLimits): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: Math.max(1, minDim), max: maxDim }) },
    { weight: 2, arbitrary: fc.constant(Math.max(1, minDim)) },
    { weight: minDim === 0 ? 1 : 0, arbitrary: fc.constant(0) },
  )

/** Shapes from scalars to rank 4, sizes 0 and 1 among them. */
export const shapes = (limits: ShapeLimits = {}): fc.Arbitrary<number[]> => {
  const { minRank = 0, maxRank = 4, maxSize = 32 } = limits
  return fc
    .array(dims(limits), { minLength: minRank, maxLength: maxRank })
    .filter((shape) => sizeOf(shape) <= maxSize)
}

/** A shape that broadcasts to `shape`: leading axes are dropped, some of the others become 1. */
export const broadcastableTo = (shape: Shape): fc.Arbitrary<number[]> =>
  fc
    .record({
      dropped: fc.nat(shape.length),
      shrunk: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    })
    .map(({ dropped, shrunk }) => shape.map((dim, axis) => (shrunk[axis] ? 1 : dim)).slice(dropped))

/** Two shapes that broadcast together by the NumPy rules. */
export const broadcastablePairs = (limits: ShapeLimits = {}): fc.Arbitrary<[number[], number[]]> =>
  shapes(limits).chain((shape) =>
    fc.oneof(
      fc.tuple(fc.constant(shape), broadcastableTo(shape)),
      fc.tuple(broadcastableTo(shape), fc.constant(shape)),
      fc.tuple(broadcastableTo(shape), broadcastableTo(shape)),
    ),
  )

/** What the elements of a float tensor are drawn from. They are multiples of 1/256: exact, and short to read. */
export interface Elements {
  readonly min: number
  readonly max: number
  /** No element is closer to 0 than this: away from a kink or a pole there. */
  readonly awayFromZero?: number
}

/** Between −3 and 3. */
export const moderate: Elements = { min: -3, max: 3 }
/** Between −3 and 3, but not near 0. */
export const nonzero: Elements = { min: -3, max: 3, awayFromZero: 0.25 }
/** Between ¼ and 4. */
export const positive: Elements = { min: 0.25, max: 4 }

/** One float of the given kind. */
export const floats = ({ min, max, awayFromZero = 0 }: Elements): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.ceil(min * 256), max: Math.floor(max * 256) })
    .map((n) => n / 256)
    .map((x) => (Math.abs(x) >= awayFromZero ? x : x < 0 ? x - awayFromZero : x + awayFromZero))

const filled = (shape: Shape, dtype: DType, elements: fc.Arbitrary<number>): fc.Arbitrary<AnyTensor> => {
  const length = sizeOf(shape)
  return fc
    .array(elements, { minLength: length, maxLength: length })
    .map((data): AnyTensor => tensor(shape, data, dtype))
}

/** Float tensors of a shape, well-conditioned for the function that `elements` was chosen for. */
export const tensors = (shape: Shape, elements: Elements = moderate): fc.Arbitrary<AnyTensor> =>
  filled(shape, 'f32', floats(elements))

/** Tensors of a shape and dtype with elements over the range of the dtype (floats: between −3 and 3). */
export const tensorsOf = (shape: Shape, dtype: DType): fc.Arbitrary<AnyTensor> => {
  const small = fc.integer({ min: -4, max: 4 })
  const elements: { readonly [D in DType]: fc.Arbitrary<number> } = {
    f32: floats(moderate),
    i32: fc.oneof(small, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    u32: fc.oneof(fc.nat(4), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    u8: fc.nat(255),
    bool: fc.nat(1),
  }
  return filled(shape, dtype, elements[dtype])
}

/** Pairs of float tensors of one shape whose elements differ by at least ¼ everywhere: no ties for max and min. */
export const withoutTies = (shape: Shape): fc.Arbitrary<[AnyTensor, AnyTensor]> =>
  fc.tuple(tensors(shape), tensors(shape, nonzero)).map(([x, gap]) => {
    const data = Float32Array.from(x.data, (value, index) => value + gap.data[index]!)
    return [x, new HostTensor(shape, 'f32', data)]
  })

/**
 * Trees with the shapes and dtypes of a given one, such as the parameters of a model, and random elements.
 *
 * ```ts
 * const params = { weight: zeros([3, 2]), bias: zeros([2]) }
 * const loss = (p: typeof params) => sum(square(add(matmul(ones([1, 3]), p.weight), p.bias)), [0, 1])
 * fc.assert(fc.property(treesLike(params), (p) => void checkGradients(loss, [p])))
 * ```
 */
export const treesLike = <T>(tree: T, elements: Elements = moderate): fc.Arbitrary<T> =>
  fc
    .tuple(
      ...leaves(tree).map(({ tensor: { shape, dtype } }) =>
        dtype === 'f32' ? tensors(shape, elements) : tensorsOf(shape, dtype),
      ),
    )
    .map((drawn) => unflatten(tree, drawn))

/** Keys of the pseudo-random stream. */
export const keys = (): fc.Arbitrary<Key> => fc.nat(2 ** 31 - 1).map(key)
