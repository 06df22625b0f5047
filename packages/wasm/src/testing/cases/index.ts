import type { AllCases } from '../case.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { gathering } from './gathering.ts'
import { order } from './order.ts'
import { product } from './product.ts'
import { randomness } from './randomness.ts'
import { reduction } from './reduction.ts'
import { structure } from './structure.ts'

/** Generators of small cases for every primitive, with tensors of no and of one element, and odd tails. */
export const cases: AllCases = {
  ...structure,
  ...elementwise,
  ...reduction,
  ...order,
  ...gathering,
  ...product,
  ...convolution,
  ...randomness,
}
