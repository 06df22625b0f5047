import { type Block, sameShape } from '@vae/tensor'
import { showSpec } from '../show.ts'

/** How far floats may be apart. */
export interface Tolerance {
  /** Relative to the largest finite number that is expected of the tensor. */
  readonly relative: number
  /** However small the numbers are; 0 unless given. */
  readonly absolute?: number
}

const largest = ({ data }: Block): number => {
  let max = 0
  for (const element of data) if (Number.isFinite(element)) max = Math.max(max, Math.abs(element))
  return max
}

/** What is wrong with a tensor, as the end of a sentence, or null: floats within the tolerance, all else exactly. */
export const difference = (
  actual: Block,
  expected: Block,
  { relative, absolute = 0 }: Tolerance,
): string | null => {
  if (!sameShape(actual.shape, expected.shape) || actual.dtype !== expected.dtype)
    return `is ${showSpec(actual)}, not ${showSpec(expected)}`
  const allowed = expected.dtype === 'f32' ? Math.max(relative * largest(expected), absolute) : 0
  const wrong = expected.data.findIndex((wanted, index) => {
    const got = actual.data[index]!
    return got !== wanted && !Object.is(got, wanted) && !(Math.abs(got - wanted) <= allowed)
  })
  return wrong < 0 ? null : `has ${actual.data[wrong]} at element ${wrong}, not ${expected.data[wrong]}`
}
