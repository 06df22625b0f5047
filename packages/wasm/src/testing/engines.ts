import { wasmEngine } from '../engine.ts'
import { availableFeatures } from '../features.ts'

/** An engine for each build of the kernels that runs here. */
export const engines = await Promise.all(
  availableFeatures().map((features) => wasmEngine({ relaxed: features === 'relaxed-simd' })),
)
