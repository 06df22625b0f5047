import { type Shape, sameShape, showShape, sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { TensorSpec } from '../tensor.ts'
import type { Definition } from './definition.ts'

interface GatherParameters {
  readonly axis: number
  readonly batchDims: number
}

/** The shape of what is gathered: the indexed axis gives way to the axes of the index behind its batch axes. */
const gatheredShape = (x: Shape, index: Shape, { axis, batchDims }: GatherParameters): number[] => [
  ...x.slice(0, axis),
  ...index.slice(batchDims),
  ...x.slice(axis + 1),
]

const check = (
  name: string,
  x: TensorSpec,
  index: TensorSpec,
  { axis, batchDims }: GatherParameters,
): void => {
  if (index.dtype !== 'i32') throw new ShapeError(`${name}: indices must be i32, they are ${index.dtype}`)
  if (axis < batchDims || axis >= x.shape.length)
    throw new ShapeError(`${name}: axis ${axis} is out of range for ${showShape(x.shape)}`)
  if (!sameShape(x.shape.slice(0, batchDims), index.shape.slice(0, batchDims)))
    throw new ShapeError(
      `${name}: the first ${batchDims} axes differ: ${showShape(x.shape)} and ${showShape(index.shape)}`,
    )
}

/** The walk that gather and scatterAdd share: offsets of a row of `inner` elements in x and in the gathered part. */
const eachRow = (
  x: Shape,
  index: { readonly shape: Shape; readonly data: ArrayLike<number> },
  { axis, batchDims }: GatherParameters,
  visit: (inX: number | null, inGathered: number, inner: number) => void,
): void => {
  const batch = sizeOf(x.slice(0, batchDims))
  const outer = sizeOf(x.slice(batchDims, axis))
  const size = x[axis]!
  const count = sizeOf(index.shape.slice(batchDims))
  const inner = sizeOf(x.slice(axis + 1))
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < count; i++) {
        const at = index.data[b * count + i]!
        const row = b * outer + o
        visit(at >= 0 && at < size ? (row * size + at) * inner : null, (row * count + i) * inner, inner)
      }
}

export const gather: Definition<'gather'> = {
  spec: ([x, index], parameters) => {
    check('gather', x!, index!, parameters)
    return { shape: gatheredShape(x!.shape, index!.shape, parameters), dtype: x!.dtype }
  },
  evaluate: ([x, index], parameters, result) => {
    eachRow(x!.shape, index!, parameters, (from, to, inner) => {
      if (from !== null) for (let i = 0; i < inner; i++) result.data[to + i] = x!.data[from + i]!
    })
  },
}

export const scatterAdd: Definition<'scatterAdd'> = {
  spec: ([x, index, updates], parameters) => {
    check('scatterAdd', x!, index!, parameters)
    if (x!.dtype === 'bool') throw new ShapeError('scatterAdd: not defined for dtype bool')
    const expected = gatheredShape(x!.shape, index!.shape, parameters)
    if (!sameShape(expected, updates!.shape))
      throw new ShapeError(
        `scatterAdd: updates must be ${showShape(expected)}, they are ${showShape(updates!.shape)}`,
      )
    if (x!.dtype !== updates!.dtype)
      throw new ShapeError(`scatterAdd: dtypes differ: ${x!.dtype} and ${updates!.dtype}`)
    return { shape: x!.shape, dtype: x!.dtype }
  },
  evaluate: ([x, index, updates], parameters, result) => {
    const wide = Float64Array.from(x!.data)
    eachRow(x!.shape, index!, parameters, (to, from, inner) => {
      if (to !== null) for (let i = 0; i < inner; i++) wide[to + i]! += updates!.data[from + i]!
    })
    for (let i = 0; i < wide.length; i++) result.data[i] = wide[i]!
  },
}
