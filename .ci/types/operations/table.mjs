import { library } from '../library.mjs'
import { convolutions } from './convolution.mjs'
import { conversions, creations } from './creation.mjs'
import { einsums } from './einsum.mjs'
import { elementwise } from './elementwise.mjs'
import { layers } from './layers.mjs'
import { lookups } from './lookup.mjs'
import { orders } from './order.mjs'
import { parts } from './parts.mjs'
import { reductions } from './reduction.mjs'
import { isFloat } from './requirements.mjs'
import { products, structure } from './structure.mjs'
import { normalizations, windows } from './windows.mjs'

const call = (name) => (written) => `${name}(${written.join(', ')})`

/**
 * What generated programs are made of. An entry needs a `name` and `arguments`: right arguments for a tensor x, which
 * the generator also corrupts. `accepts` says which x it takes (floats of any rank), `weight` how often it is chosen
 * (once), `write` how it is called (by its name).
 */
export const operations = [
  ...elementwise,
  ...structure,
  ...products,
  ...reductions,
  ...orders,
  ...lookups,
  ...einsums,
  ...parts,
  ...creations,
  ...conversions,
  ...convolutions,
  ...windows,
  ...normalizations,
  ...layers,
]
  .filter(({ name, isLayer }) => name in (isLayer ? library.layers : library))
  .map((entry) => ({ accepts: isFloat, weight: 1, write: call(entry.name), ...entry }))
