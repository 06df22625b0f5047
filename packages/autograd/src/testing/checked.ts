import type { AnyTensor } from '@vae/tensor'
import { recordFunction } from '../function.ts'
import type { Tape } from '../tape.ts'

/** What is checked: a function of trees of tensors, or a tape. */
export type Checked<A extends readonly unknown[]> = Tape | ((...args: A) => unknown)

/** The tape of what is checked, and its inputs: the tensors in the arguments of a function, those of a tape themselves. */
export const recorded = <A extends readonly unknown[]>(
  check: string,
  checked: Checked<A>,
  args: A,
): { readonly tape: Tape; readonly inputs: readonly AnyTensor[] } => {
  if (typeof checked !== 'function')
    return { tape: checked, inputs: args as readonly unknown[] as AnyTensor[] }
  const { tape, inputs, captured } = recordFunction(checked, args)
  if (captured.length > 0) throw new Error(`${check}: the function reads tensors of another recording`)
  return { tape, inputs }
}
