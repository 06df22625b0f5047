/*
 * Why a plain autoencoder is no sampler: an autoencoder and a VAE of the same networks on MNIST, decoded at random latents.
 * `npm run study autoencoder-sampling` writes the page.
 */
import { compileWith } from '@vae/autograd'
import { encodePng, enlarge, firstExamples, tile } from '@vae/data'
import {
  aggregateMoments,
  frechetAggregate,
  frechetDistance,
  frechetOfFeatures,
  type Moments,
  sampleMoments,
  squareRoot,
} from '@vae/metrics'
import { autoencoder, bernoulli, gaussianEncoder, intensities, mlp, vae } from '@vae/models'
import { key, matmul, normal, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { classifierFeatures, classifierOf } from './classifier.ts'
import { digits } from './digits.ts'
import { type IllustratedPage, type Report, table } from './report.ts'
import { trained } from './training.ts'

const [pixels, hidden, latent, epochs, count] = [784, 400, 16, 3, 10_000] as const

const plain = autoencoder({
  encoder: mlp([pixels], [hidden], [latent]),
  decoder: mlp([latent], [hidden], [pixels]),
  likelihood: bernoulli,
})
const variational = vae({
  encoder: gaussianEncoder(mlp([pixels], [hidden]), latent),
  decoder: mlp([latent], [hidden], [pixels]),
  likelihood: bernoulli,
})

type Images = Tensor<[typeof count, typeof pixels]>
type Latents = Tensor<[typeof count, typeof latent]>

/** Images of decoded latents. */
const sampled = [
  'autoencoder-standard-normal',
  'autoencoder-fitted-gaussian',
  'vae-standard-normal',
  'vae-fitted-gaussian',
] as const

/** What there is a picture of. */
type Shown = (typeof sampled)[number] | 'autoencoder-reconstructions' | 'vae-reconstructions'

/** N(0, I). */
const standard: Moments = {
  mean: new Float64Array(latent),
  covariance: Float64Array.from({ length: latent ** 2 }, (_, index) => (index % (latent + 1) === 0 ? 1 : 0)),
}

/** Draws of N(0, I). */
const noise: Latents = normal(key(5), [count, latent])

/** Draws of a Gaussian, μ + Σ½ ε. */
const drawsOf = ({ mean, covariance }: Moments): Latents => {
  const root = tensor([latent, latent], Float32Array.from(squareRoot(covariance)))
  const { data } = matmul(noise, root)
  return tensor(
    [count, latent],
    data.map((value, index) => value + mean[index % latent]!),
  )
}

/** The mean of ‖z‖², which is the number of dimensions for N(0, I). */
const squaredLength = ({ mean, covariance }: Moments): number =>
  mean.reduce((sum, value, i) => sum + value * value + covariance[i * (latent + 1)]!, 0)

/** The first images as a sheet. */
const sheet = (images: Images): Uint8Array => {
  const shown = 40
  const bytes = Uint8Array.from(images.data.subarray(0, shown * pixels), (value) => Math.round(255 * value))
  const pictures: TensorOf<[number, number, number], 'u8'> = tensor([shown, 28, 28], bytes, 'u8')
  return encodePng(enlarge(tile(pictures, { columns: 10, gap: 2, background: 64 }), 2))
}

/** Trains both models, and gives the page that compares what they decode. */
export const study = async (report: Report): Promise<IllustratedPage> => {
  const engine = await wasmEngine()
  const data = await digits()
  const { accuracy, features } = await classifierOf(engine, data)
  report.line(`the classifier names ${(100 * accuracy).toFixed(1)} % of the test images`)
  const common = { engine, data: data.train, epochs }
  const { params: ofPlain } = await trained({
    ...common,
    init: plain.init,
    objective: plain.objective,
    hyper: () => ({}),
  })
  report.line('trained the autoencoder')
  const { params: ofVariational } = await trained({
    ...common,
    init: variational.init,
    objective: variational.objective,
    hyper: () => ({ beta: tensor([], [1]) }),
  })
  report.line('trained the VAE')

  const imagesOf = (dataset: typeof data.test): Images =>
    tensor([count, pixels], intensities(firstExamples(count)(dataset)).data)
  const test = imagesOf(data.test)
  const compiled = compileWith(engine)
  const encodePlain = compiled((p: typeof ofPlain, x: Images) => plain.encode(p)(x))
  const decodePlain = compiled((p: typeof ofPlain, z: Latents) => plain.generate(p)(z))
  const encodeVariational = compiled((p: typeof ofVariational, x: Images) => variational.encode(p)(x))
  const decodeVariational = compiled((p: typeof ofVariational, z: Latents) => variational.generate(p)(z))

  const codes = encodePlain(ofPlain, test)
  const posteriors = encodeVariational(ofVariational, test)
  const moments = { plain: sampleMoments(codes), variational: aggregateMoments(posteriors) }

  const fitted = {
    plain: drawsOf(moments.plain),
    variational: drawsOf(moments.variational),
  }
  const images: Readonly<Record<Shown, Images>> = {
    'autoencoder-reconstructions': decodePlain(ofPlain, codes),
    'vae-reconstructions': decodeVariational(ofVariational, posteriors.mean),
    'autoencoder-standard-normal': decodePlain(ofPlain, noise),
    'autoencoder-fitted-gaussian': decodePlain(ofPlain, fitted.plain),
    'vae-standard-normal': decodeVariational(ofVariational, noise),
    'vae-fitted-gaussian': decodeVariational(ofVariational, fitted.variational),
  }
  const real = features(test)
  const distanceOf = (made: Images): number => frechetOfFeatures(features(made), real)
  const distances = {
    training: distanceOf(imagesOf(data.train)),
    // One number for each picture: Object.fromEntries forgets the names.
    ...(Object.fromEntries(
      Object.entries<Images>(images).map(([name, made]) => [name, distanceOf(made)]),
    ) as Record<Shown, number>),
  }
  const frechet = {
    plain: frechetDistance(moments.plain, standard),
    variational: frechetAggregate(posteriors),
  }
  const cell = (name: keyof typeof distances): string => distances[name].toFixed(2)
  const times = (a: number, b: number): string => (a / b).toFixed(1)
  return {
    page: `# Why a plain autoencoder is no sampler

An autoencoder and a VAE of the same networks (${pixels}-${hidden}-${latent}, ReLU, Bernoulli likelihood) on the 60,000 digits of MNIST for
${epochs} epochs of Adam. Both reconstruct. Only the VAE is told where its codes shall lie: its decoder is trained on draws near
them, and its KL holds q(z), the distribution of all codes, near N(0, I).

\`npm run study autoencoder-sampling\` writes this page.

| | autoencoder | VAE, β = 1 |
| --- | --- | --- |
| reconstructions of test images | ![Digits, reconstructed by the autoencoder](autoencoder-reconstructions.png) | ![The same digits, reconstructed by the VAE](vae-reconstructions.png) |
| decoded at z ~ N(0, I) | ![Blurred scribbles](autoencoder-standard-normal.png) | ![Mostly digits](vae-standard-normal.png) |
| decoded at a Gaussian fitted to q(z) | ![Mostly digits](autoencoder-fitted-gaussian.png) | ![Mostly digits](vae-fitted-gaussian.png) |

## Where the codes lie

The squared Fréchet distance between q(z) of the ${count.toLocaleString('en')} test images and N(0, I), in squared units of the latent space, from
means and covariances:

${table(
  ['model', 'Fréchet distance of q(z) to N(0, I)', `mean of ‖z‖², ${latent} for N(0, I)`],
  [
    ['autoencoder', frechet.plain.toFixed(2), squaredLength(moments.plain).toFixed(2)],
    ['VAE', frechet.variational.toFixed(2), squaredLength(moments.variational).toFixed(2)],
  ],
)}

The autoencoder is ${times(frechet.plain, frechet.variational)} times as far: draws of N(0, I) are not where its codes are, and its decoder was never asked what
they mean. The unit of its codes is its own, though; a Gaussian fitted to them takes unit and place into account.

## What is decoded there

The squared Fréchet distance between features of ${count.toLocaleString('en')} decoded images and those of the ${count.toLocaleString('en')} test images. The features are the ${classifierFeatures}
numbers of the last hidden layer of a small classifier, trained for this page, that names ${(100 * accuracy).toFixed(1)} % of the test images
rightly. As many training images are at ${cell('training')}.

${table(
  ['images', 'autoencoder', 'VAE'],
  [
    ['reconstructions', cell('autoencoder-reconstructions'), cell('vae-reconstructions')],
    ['at z ~ N(0, I)', cell('autoencoder-standard-normal'), cell('vae-standard-normal')],
    ['at a Gaussian fitted to q(z)', cell('autoencoder-fitted-gaussian'), cell('vae-fitted-gaussian')],
  ],
)}

- At draws of N(0, I) the images of the autoencoder are ${times(distances['autoencoder-standard-normal'], distances['vae-standard-normal'])} times as far from digits as those of the VAE.
- A Gaussian fitted afterwards to the codes brings the images of the
  autoencoder ${times(distances['autoencoder-standard-normal'], distances['autoencoder-fitted-gaussian'])} times nearer to digits, and those of the
  VAE ${times(distances['vae-standard-normal'], distances['vae-fitted-gaussian'])} times: then ${
    distances['autoencoder-fitted-gaussian'] < distances['vae-fitted-gaussian']
      ? 'the autoencoder’s are the nearer of the two'
      : 'the VAE’s are the nearer of the two'
  }
  (Ghosh et al., "From variational to deterministic autoencoders", 2020, on such fits). But that Gaussian is a second model,
  which training knew nothing of, and nothing bounds the likelihood of what it gives.
- Of all samples the best are still ${times(
      Math.min(...sampled.map((name) => distances[name])),
      Math.max(distances['autoencoder-reconstructions'], distances['vae-reconstructions']),
    )} times as far from the test images as the worse of the reconstructions.
`,
    pictures: Object.fromEntries(
      Object.entries<Images>(images).map(([name, made]) => [`${name}.png`, sheet(made)]),
    ),
  }
}
