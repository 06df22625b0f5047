import { add, mul, type Tensor } from '@vae/tensor'

/** Losses by name, for each of N vectors. */
export type VectorLosses<Loss extends string, N extends number> = Readonly<Record<Loss, Tensor<[N]>>>

const mapLosses = <Loss extends string, N extends number>(
  losses: VectorLosses<Loss, N>,
  f: (loss: Tensor<[N]>, name: Loss) => Tensor<[N]>,
): VectorLosses<Loss, N> =>
  // The entries of a record, of which only names and types are known to be what they were.
  Object.fromEntries(
    (Object.entries(losses) as [Loss, Tensor<[N]>][]).map(([name, loss]) => [name, f(loss, name)]),
  ) as VectorLosses<Loss, N>

/** All losses times a factor. */
export const scaleLosses = <Loss extends string, N extends number>(
  losses: VectorLosses<Loss, N>,
  factor: Tensor<[]>,
): VectorLosses<Loss, N> => mapLosses(losses, (loss) => mul(loss, factor))

/** The sum of each loss over stages or groups, of which there is one at least. */
export const sumLosses = <Loss extends string, N extends number>(
  all: readonly VectorLosses<Loss, N>[],
): VectorLosses<Loss, N> =>
  all.reduce((sum, losses) => mapLosses(sum, (loss, name) => add(loss, losses[name])))
