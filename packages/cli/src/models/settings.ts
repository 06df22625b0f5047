import { z } from 'zod'

/** The pieces of settings that several kinds of models share, as `config.json` holds them. */

export const natural = z.int().min(1)

/** What encoder and decoder are built of. */
export const networkSettings = z.strictObject({
  kind: z.enum(['mlp', 'conv', 'residual']),
  activation: z.enum(['relu', 'tanh']),
  /** Units of each hidden layer; of the dense layer beside convolutions; or channels of a residual network. */
  hidden: z.array(natural).min(1).max(8),
})
export type NetworkSettings = z.infer<typeof networkSettings>

/** p(x | z). */
export const likelihoodSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bernoulli') }),
  z.strictObject({ kind: z.literal('gaussian'), sigma: z.number().positive() }),
  z.strictObject({ kind: z.literal('learned-gaussian') }),
  z.strictObject({ kind: z.literal('optimal-gaussian') }),
  z.strictObject({ kind: z.literal('laplace'), sigma: z.number().positive() }),
  z.strictObject({ kind: z.literal('continuous-bernoulli') }),
  z.strictObject({ kind: z.literal('discretised-logistic') }),
  z.strictObject({ kind: z.literal('categorical') }),
  z.strictObject({ kind: z.literal('squared-error') }),
])
export type LikelihoodSettings = z.infer<typeof likelihoodSettings>

/** p(z). */
export const priorSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standard') }),
  z.strictObject({ kind: z.literal('mixture'), components: natural }),
  z.strictObject({ kind: z.literal('vamp'), components: natural }),
  z.strictObject({ kind: z.literal('flow'), steps: natural, hidden: natural }),
])
export type PriorSettings = z.infer<typeof priorSettings>

/** q(z | x). */
export const posteriorSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gaussian') }),
  z.strictObject({ kind: z.literal('iaf'), steps: natural, hidden: natural }),
])
export type PosteriorSettings = z.infer<typeof posteriorSettings>

/** A latent variable model. */
export const latentSettings = {
  network: networkSettings,
  latent: natural,
  likelihood: likelihoodSettings,
  prior: priorSettings,
  posterior: posteriorSettings,
}
export type LatentSettings = z.infer<z.ZodObject<typeof latentSettings>>

const weight = z.number().nonnegative()

/** A value that changes from step to step. */
export const scheduleSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: weight }),
  ...(['linear', 'cosine', 'sigmoid'] as const).map((kind) =>
    z.strictObject({ kind: z.literal(kind), from: weight, to: weight, steps: natural }),
  ),
  z.strictObject({
    kind: z.literal('cyclical'),
    from: weight,
    to: weight,
    period: natural,
    cycles: natural.nullable(),
  }),
])
export type ScheduleSettings = z.infer<typeof scheduleSettings>
