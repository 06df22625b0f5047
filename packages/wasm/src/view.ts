import type { ValueId } from '@vae/autograd'
import type { Walk } from './walk.ts'

/** How the elements of a value are found: a stored value read along a walk, or the same bits everywhere. */
export type View = Source | { readonly bits: number }

export interface Source {
  readonly value: ValueId
  readonly walk: Walk
}
