import type { KernelSizes } from '../kernels.ts'

/** Sizes for plans that no kernel will run: small ones, that do not depend on a build. */
export const someSizes: KernelSizes = {
  matmulUnits: (m) => m,
  matmulWorkspace: () => 64,
  nearestUnits: (m) => m,
  nearestWorkspace: () => 64,
  scatterWorkspace: () => 64,
  tileRows: () => 4,
  convWorkspace: () => 64,
  convNarrowWorkspace: () => 64,
  convDotsWorkspace: () => 64,
  convDepthwiseWorkspace: () => 64,
  winogradWorkspace: () => 64,
  winogradWeightsWorkspace: () => 64,
}
