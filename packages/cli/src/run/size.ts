/** Sizes that decide how much memory a run takes. */
export interface RunSize {
  readonly features: number
  readonly hidden: number
  readonly latent: number
  readonly batch: number
}

/** About 200 MB of weights; training needs several times as much. */
const mostParameters = 50_000_000

/** Numbers that pass between layers in one step. */
const mostActivations = 100_000_000

/** Weights and biases of features → hidden → (latent, latent) and latent → hidden → features. */
const parameterCount = ({ features, hidden, latent }: RunSize): number =>
  (features + 1) * hidden + 2 * (hidden + 1) * latent + (latent + 1) * hidden + (hidden + 1) * features

const activationCount = ({ features, hidden, latent, batch }: RunSize): number =>
  batch * 2 * (features + hidden + latent)

const millions = (value: number): string => `${Math.round(value / 1e6).toLocaleString('en')} million`

/** Why a run of this size would not fit into memory, or null. */
export const sizeProblem = (size: RunSize): string | null => {
  const parameters = parameterCount(size)
  if (parameters > mostParameters)
    return (
      `expected a model of at most ${millions(mostParameters)} parameters, hidden ${size.hidden} and latent ` +
      `${size.latent} make ${millions(parameters)}`
    )
  const activations = activationCount(size)
  if (activations > mostActivations)
    return (
      `expected at most ${millions(mostActivations)} numbers per step, batch ${size.batch} with hidden ` +
      `${size.hidden} and latent ${size.latent} makes ${millions(activations)}`
    )
  return null
}
