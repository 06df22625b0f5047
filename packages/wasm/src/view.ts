import type { ValueId } from '@vae/autograd'
import { type Shape, sizeOf } from '@vae/tensor'
import type { Access } from './step.ts'

/** How the elements of a value are found: a stored value read in some way, or the same bits everywhere. */
export type View = Source | { readonly bits: number }

export interface Source {
  readonly value: ValueId
  readonly access: Access
  /** Length of the rows for `row` and `column`, else 0. */
  readonly columns: number
}

export const stored = (value: ValueId): Source => ({ value, access: 'all', columns: 0 })

/** How a tensor of shape `from` is read as `to` in row-major order; null if no loop of rows and columns can. */
export const broadcastAccess = (
  from: Shape,
  to: Shape,
): { readonly access: Access; readonly columns: number } | null => {
  const count = sizeOf(from)
  if (count === sizeOf(to)) return { access: 'all', columns: 0 }
  if (count === 1) return { access: 'one', columns: 0 }
  const aligned = to.map((_, axis) => from[axis - to.length + from.length] ?? 1)
  const same = aligned.map((dim, axis) => dim === to[axis])
  const firstRepeated = same.indexOf(false)
  const lastRepeated = same.lastIndexOf(false)
  if (sizeOf(aligned.slice(0, lastRepeated)) === 1) return { access: 'row', columns: count }
  if (sizeOf(aligned.slice(firstRepeated)) === 1)
    return { access: 'column', columns: sizeOf(to.slice(firstRepeated)) }
  return null
}
