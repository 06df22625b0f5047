/** How much of the published schedule a run has. The publication has 50 epochs of 737,280 images in batches of 2,048. */
export const schedule = { batch: 64, images: 128_000, epochs: 2, learningRate: 1e-3 } as const

/** β of Chen et al. for dSprites, γ of Kim & Mnih. */
export const [beta, gamma] = [6, 10] as const

/** The learning rate of the discriminator: that of the model, as in the publication, where both are a tenth of it. */
export const discriminatorRate = 1e-3

/** The seeds of weights, noise and order. */
export const seeds = [0, 1, 2] as const

/** The models that are compared. */
export const kinds = ['vae', 'beta-tcvae', 'factor-vae'] as const

/** The name of a model. */
export type Kind = (typeof kinds)[number]
