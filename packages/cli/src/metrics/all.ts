import { aggregate } from './aggregate.ts'
import { ais } from './ais.ts'
import { disentanglement } from './disentanglement.ts'
import { frechetFeatures } from './frechet-features.ts'
import { frechetPrior } from './frechet-prior.ts'
import { klPerDimension } from './kl-per-dimension.ts'
import type { Metric } from './metric.ts'
import { nll } from './nll.ts'
import { passMetrics } from './pass-metrics.ts'

/** What `vae evaluate` prints, in this order. */
export const metrics: readonly Metric[] = [
  ...passMetrics,
  nll,
  ais,
  klPerDimension,
  aggregate,
  frechetPrior,
  frechetFeatures,
  disentanglement,
]
