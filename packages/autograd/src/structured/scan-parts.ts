import { type AnyTensor, bind, type TensorSpec } from '@vae/tensor'
import { activeValues } from '../active.ts'
import type { StructuredParameters } from '../tape.ts'

export type Scan = StructuredParameters['scan']

export const zeros = ({ shape, dtype }: TensorSpec): AnyTensor => bind('fill', [], { value: 0, shape, dtype })

/** A list in groups of the given sizes; what is left is the last one. */
export const groups = <T>(list: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] => {
  const [size, ...more] = sizes
  return size === undefined ? [list] : [list.slice(0, size), ...groups(list.slice(size), more)]
}

/** A list as carries, stacked ones and captured ones. */
export const divide = <T>(list: readonly T[], { carries, stacked }: Pick<Scan, 'carries' | 'stacked'>) => {
  const [first, second, third] = groups(list, [carries, stacked])
  return { carries: first!, stacked: second!, captured: third! }
}

/** The inputs of the body that a derivative flows to: a carry becomes one by what it gets from step to step. */
export const activeInputs = (
  { body, carries }: Pick<Scan, 'body' | 'carries'>,
  given: readonly number[],
): readonly number[] => {
  const active = activeValues(body, given)
  const more = body.outputs
    .slice(0, carries)
    .flatMap((id, index) => (active.has(id) && !given.includes(index) ? [index] : []))
  return more.length === 0
    ? given
    : activeInputs(
        { body, carries },
        [...given, ...more].sort((a, b) => a - b),
      )
}

/** The indices in `wrt` as those of carries, of stacked inputs and of captured ones. */
export const kinds = (wrt: readonly number[], { carries, stacked }: Scan) => ({
  carries: wrt.filter((index) => index < carries),
  stacked: wrt.filter((index) => index >= carries && index < carries + stacked),
  captured: wrt.filter((index) => index >= carries + stacked),
})

/** The outputs beside the carries that a derivative with respect to `wrt` flows to. */
export const activeOutputs = ({ body, carries }: Scan, wrt: readonly number[]): readonly number[] => {
  const active = activeValues(body, wrt)
  return body.outputs.flatMap((id, index) => (index >= carries && active.has(id) ? [index] : []))
}
