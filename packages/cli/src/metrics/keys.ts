import { key, split } from '@vae/tensor'

const [importance, annealing, aggregate, order, samples, gap, factorScore, betaScore] = split(
  key(2 ** 53 - 5),
  8,
)

/** The keys of metrics that draw: fixed, so that a run gives the same figures again. */
export const keys = {
  importance: importance!,
  annealing: annealing!,
  aggregate: aggregate!,
  order: order!,
  samples: samples!,
  gap: gap!,
  factorScore: factorScore!,
  betaScore: betaScore!,
} as const
