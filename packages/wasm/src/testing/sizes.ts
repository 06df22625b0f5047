import type { KernelSizes } from '../kernels.ts'

/** Stands for the kernels where a plan is looked at and not run. */
export const sizes: KernelSizes = {
  panelRows: () => 5,
  matmulUnits: (m) => m,
  matmulWorkspace: () => 64,
  nearestUnits: (m) => m,
  nearestWorkspace: () => 64,
  scatterWorkspace: () => 64,
  convWorkspace: () => 64,
  winogradWorkspace: () => 64,
  winogradWeightsWorkspace: () => 64,
}
