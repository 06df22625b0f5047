/*
 * Mistakes in programs of the size of a real model, each with the sentence that both the compiler and the run must give.
 * `layers` is this package; other names are those of the package that exports them first. `messages.test.ts` compiles
 * and runs them.
 */

/** A program that must not compile, what is wrong with it, and the sentence that says so. */
export interface WrongModel {
  readonly mistake: string
  readonly program: string
  readonly sentence: string
  /** The line of the compiler's message that holds the sentence; the first unless given. */
  readonly line?: number
  /** Sizes that only have names cannot be run. */
  readonly named?: true
  /** What the run says where it knows more: sizes that a definition does not know. */
  readonly thrown?: string
}

/** In operations on tensors alone. */
const functions: readonly WrongModel[] = [
  {
    mistake: 'a weight stored as [out, in]',
    program: `
      const weights = { hidden: normal(key(0), [400, 784]), bias: zeros([400]) }
      pipe(
        zeros([2, 784]),
        (x) => matmul(x, weights.hidden),
        (h) => add(h, weights.bias),
        relu,
      )`,
    sentence: 'matmul: inner dimensions differ: [2, 784] @ [400, 784] (784 ≠ 400)',
  },
  {
    mistake: 'the bias of another layer',
    program: `
      const dense = { weight: normal(key(0), [784, 400]), bias: zeros([784]) }
      const x = zeros([2, 784])
      const hidden = relu(add(matmul(x, dense.weight), dense.bias))`,
    sentence: 'add: shapes do not broadcast: [2, 400] and [784] (400 ≠ 784)',
  },
  {
    mistake: 'a batch merged into the features',
    program: `
      const x = zeros([128, 1, 28, 28])
      const flat = reshape(x, [1, -1])
      const dense = layers.linear(784, 400)
      pipe(flat, dense.apply(dense.init(key(0))), relu)`,
    sentence: 'linear(784, 400): input has 100352 features: [1, 100352]',
    line: 3,
  },
  {
    mistake: 'the batch merged into the tokens',
    program: `
      const tokens = zeros([8, 10, 64])
      const rows = reshape(tokens, [-1, 64])
      const attention = layers.selfAttention(64, { heads: 4 })
      pipe(rows, attention.apply(attention.init(key(0))))`,
    sentence: 'selfAttention(64): input must have rank 3: [80, 64]',
    line: 3,
  },
  {
    mistake: 'a batch that is written into the model',
    program: `
      const vectors = (x: Tensor<[100, 1, 28, 28]>) => reshape(x, [128, 784])
      vectors(zeros([100, 1, 28, 28]))`,
    sentence: 'reshape: [100, 1, 28, 28] (78400 elements) cannot become [128, 784] (100352 elements)',
  },
  {
    mistake: 'noise of another latent size',
    program: `
      const posterior = { mean: zeros([2, 16]), logVar: zeros([2, 16]) }
      const noise = normal(key(0), [2, 20])
      const sigma = exp(mul(posterior.logVar, 0.5))
      const z = add(posterior.mean, mul(sigma, noise))`,
    sentence: 'mul: shapes do not broadcast: [2, 16] and [2, 20] (16 ≠ 20)',
  },
  {
    mistake: 'the divergence between latents of different sizes',
    program: `
      const p = { mean: zeros([2, 16]), logVar: zeros([2, 16]) }
      const q = { mean: zeros([2, 32]), logVar: zeros([2, 32]) }
      const ratio = sub(p.logVar, q.logVar)
      const distance = div(square(sub(p.mean, q.mean)), exp(q.logVar))
      const kl = mul(sum(sub(add(exp(ratio), distance), add(ratio, 1)), [1]), 0.5)`,
    sentence: 'sub: shapes do not broadcast: [2, 16] and [2, 32] (16 ≠ 32)',
  },
  {
    mistake: 'weights of examples for terms of dimensions',
    program: `
      const posterior = { mean: zeros([128, 16]), logVar: zeros([128, 16]) }
      const kl = klToStandardNormal(posterior)
      const weights = ones([128])
      const loss = mean(mul(kl, weights), [0, 1])`,
    sentence: 'mul: shapes do not broadcast: [128, 16] and [128] (16 ≠ 128)',
  },
  {
    mistake: 'a condition of another batch',
    program: `
      const latent = zeros([128, 16])
      const labels = oneHot(full([64], 3, 'i32'), 10)
      pipe(
        concat([latent, labels], 1),
        (z) => matmul(z, zeros([26, 400])),
        relu,
      )`,
    sentence: 'concat: shapes [128, 16] and [64, 10] differ outside axis 1 (128 ≠ 64)',
  },
  {
    mistake: 'a condition that the decoder does not expect',
    program: `
      const decoder = layers.sequential([layers.linear(16, 400), relu, layers.linear(400, 784)])
      const decode = decoder.apply(decoder.init(key(0)))
      const labels = oneHot(full([128], 3, 'i32'), 10)
      pipe(concat([zeros([128, 16]), labels], 1), decode)`,
    sentence: 'layer 1: linear(16, 400): input has 26 features: [128, 26]',
    line: 3,
  },
  {
    mistake: 'images appended along the channels of features of another size',
    program: `
      const skip = zeros([8, 64, 28, 28])
      const up = upsampleNearest(zeros([8, 64, 13, 13]), 2)
      pipe(
        concat([up, skip], 1),
        (h) => conv2d(h, zeros([64, 128, 3, 3]), { padding: 1 }),
      )`,
    sentence: 'concat: shapes [8, 64, 26, 26] and [8, 64, 28, 28] differ outside axis 1 (26 ≠ 28)',
  },
  {
    mistake: 'a codebook of another width: its distances by matmul',
    program: `
      const codebook = normal(key(0), [512, 64])
      const codes = zeros([8, 49, 32])
      const products = matmul(codes, transpose(codebook))
      const nearest = argmax(products, -1)
      const quantized = embed(codebook, nearest)`,
    sentence: 'matmul: inner dimensions differ: [8, 49, 32] @ [64, 512] (32 ≠ 64)',
  },
  {
    mistake: 'a codebook of another width: its vectors',
    program: `
      const codebook = normal(key(0), [512, 64])
      const codes = zeros([8, 49, 32])
      const quantized = embed(codebook, full([8, 49], 0, 'i32'))
      const commitment = mean(square(sub(stopGradient(quantized), codes)), [0, 1, 2])`,
    sentence: 'sub: shapes do not broadcast: [8, 49, 64] and [8, 49, 32] (64 ≠ 32)',
  },
  {
    mistake: 'distances to codes where indices belong',
    program: `
      const codebook = normal(key(0), [512, 64])
      const distances = matmul(zeros([392, 64]), transpose(codebook))
      const nearest = min(distances, [1])
      pipe(
        embed(codebook, nearest),
        (quantized) => reshape(quantized, [8, 49, 64]),
      )`,
    sentence: 'embed at indices: expected i32, got f32',
  },
  {
    mistake: 'a reconstruction in another layout than its image',
    program: `
      const image = zeros([8, 3, 32, 32])
      const logits = permute(zeros([8, 3, 32, 32]), [0, 2, 3, 1])
      const error = sum(square(sub(sigmoid(logits), image)), [1, 2, 3])`,
    sentence: 'sub: shapes do not broadcast: [8, 32, 32, 3] and [8, 3, 32, 32] (3 ≠ 32)',
  },
  {
    mistake: 'bytes that nobody made floats',
    program: `
      const images = full([2, 784], 255, 'u8')
      const encoder = layers.sequential([layers.linear(784, 400), relu, layers.linear(400, 16)])
      pipe(images, encoder.apply(encoder.init(key(0))))`,
    sentence: 'layer 1: linear(784, 400): expected f32, got u8',
    line: 3,
  },
  {
    mistake: 'heads that do not divide the width',
    program: `
      const [b, t] = [8, 10] as const
      const queries = zeros([b, t, 64])
      const heads = permute(reshape(queries, [b, t, 6, 10]), [0, 2, 1, 3])
      const attended = scaledDotProductAttention(heads, heads, heads)`,
    sentence: 'reshape: [8, 10, 64] (5120 elements) cannot become [8, 10, 6, 10] (4800 elements)',
  },
  {
    mistake: 'heads of queries that the keys do not have',
    program: `
      const queries = permute(zeros([8, 10, 4, 16]), [0, 2, 1, 3])
      const context = permute(zeros([8, 12, 8, 16]), [0, 2, 1, 3])
      const attended = scaledDotProductAttention(queries, context, context)`,
    sentence:
      'scaledDotProductAttention: queries and keys differ in their batch: [8, 4, 10, 16] and [8, 8, 12, 16]',
  },
  {
    mistake: 'a loss of each example where one number belongs',
    program: `
      const params = { weight: zeros([784, 10]), bias: zeros([10]) }
      const loss = (p: { weight: Tensor<[784, 10]>; bias: Tensor<[10]> }, x: Tensor<[128, 784]>) =>
        pipe(x, (x) => matmul(x, p.weight), (h) => add(h, p.bias), (logits) => logSumExp(logits, [1]))
      grad(loss)(params, zeros([128, 784]))`,
    sentence: 'grad: the loss must be a scalar, f32[], it is f32[128]: sum or average it first',
  },
]

/** In `sequential`, mostly before there is any input. */
const networks: readonly WrongModel[] = [
  {
    mistake: 'no flatten between convolutions and dense layers',
    program: `
      const encoder = layers.sequential([
        layers.conv2d(1, 32, { kernel: 4, stride: 2, padding: 1 }),
        relu,
        layers.conv2d(32, 64, { kernel: 4, stride: 2, padding: 1 }),
        relu,
        layers.linear(3136, 16),
      ])
      encoder.apply(encoder.init(key(0)))(zeros([2, 1, 28, 28]))`,
    sentence: 'layer 5: linear(3136, 16): input has 7 features: [2, 64, 7, 7]',
  },
  {
    mistake: 'one dense layer for images of another size',
    program: `
      const encoder = layers.sequential([
        layers.conv2d(3, 32, { kernel: 4, stride: 2, padding: 1 }),
        relu,
        layers.flatten(),
        layers.linear(6272, 16),
      ])
      pipe(zeros([2, 3, 32, 32]), encoder.apply(encoder.init(key(0))))`,
    sentence: 'layer 4: linear(6272, 16): input has 8192 features: [2, 8192]',
    line: 3,
  },
  {
    mistake: 'images with their channels last',
    program: `
      const net = layers.sequential([
        layers.conv2d(3, 32, { kernel: 3, padding: 'same' }),
        layers.groupNorm(8, 32),
        silu,
        layers.conv2d(32, 64, { kernel: 3, padding: 'same' }),
      ])
      pipe(zeros([8, 32, 32, 3]), net.apply(net.init(key(0))))`,
    sentence: 'layer 1: conv2d(3, 32): input has 32 channels: [8, 32, 32, 3]',
    line: 3,
  },
  {
    mistake: 'a size that the stride cannot halve',
    program: `
      const encoder = layers.sequential([
        layers.conv2d(1, 32, { kernel: 4, stride: 2, padding: 1, exact: true }),
        relu,
        layers.conv2d(32, 64, { kernel: 4, stride: 2, padding: 1, exact: true }),
        relu,
        layers.conv2d(64, 128, { kernel: 4, stride: 2, padding: 1, exact: true }),
      ])
      pipe(zeros([2, 1, 28, 28]), encoder.apply(encoder.init(key(0))))`,
    sentence: 'layer 5: conv2d(64, 128): stride 2 does not divide size 7: [2, 64, 7, 7]',
    line: 3,
  },
  {
    mistake: 'a decoder that begins with another width than its encoder ends with',
    program: `
      const encoder = layers.sequential([layers.linear(784, 400), relu, layers.linear(400, 16)])
      const decoder = layers.sequential([layers.linear(20, 400), relu, layers.linear(400, 784)])
      const [forEncoder, forDecoder] = split(key(0))
      pipe(
        zeros([2, 784]),
        encoder.apply(encoder.init(forEncoder)),
        decoder.apply(decoder.init(forDecoder)),
      )`,
    sentence: 'layer 1: linear(20, 400): input has 16 features: [2, 16]',
    line: 3,
  },
  {
    mistake: 'a decoder that begins with another width than its encoder ends with, in one list',
    program: `
      const both = layers.sequential([
        layers.sequential([layers.linear(784, 400), relu, layers.linear(400, 16)]),
        layers.sequential([layers.linear(20, 400), relu, layers.linear(400, 784)]),
      ])
      both.apply(both.init(key(0)))(zeros([2, 784]))`,
    sentence: 'layer 2: layer 1: linear(20, 400): input has 16 features: […]',
    thrown: 'layer 2: layer 1: linear(20, 400): input has 16 features: [2, 16]',
  },
  {
    mistake: 'a decoder that does not mirror the size of its encoder',
    program: `
      const decoder = layers.sequential([
        layers.linear(16, 3136),
        layers.unflatten([64, 7, 7]),
        layers.convTranspose2d(64, 32, { kernel: 3, stride: 2, padding: 1 }),
        relu,
        layers.convTranspose2d(32, 1, { kernel: 4, stride: 2, padding: 1 }),
      ])
      const decode = decoder.apply(decoder.init(key(0)))
      const x = zeros([2, 1, 28, 28])
      const error = pipe(
        zeros([2, 16]),
        decode,
        (logits) => sub(sigmoid(logits), x),
        square,
      )`,
    sentence: 'sub: shapes do not broadcast: [2, 1, 26, 26] and [2, 1, 28, 28] (26 ≠ 28)',
  },
  {
    mistake: 'features that do not fill the first image of the decoder',
    program: `
      const decoder = layers.sequential([
        layers.linear(16, 784),
        layers.unflatten([64, 7, 7]),
        layers.convTranspose2d(64, 1, { kernel: 4, stride: 4 }),
      ])
      decoder.apply(decoder.init(key(0)))(zeros([2, 16]))`,
    sentence: 'layer 2: unflatten: 784 features cannot become [64, 7, 7] (3136 elements): […]',
    thrown: 'layer 2: unflatten: 784 features cannot become [64, 7, 7] (3136 elements): [2, 784]',
  },
  {
    mistake: 'channels of a convolution in the order of another library',
    program: `
      const net = layers.sequential([
        layers.conv2d(1, 32, { kernel: 3 }),
        relu,
        layers.conv2d(64, 32, { kernel: 3 }),
        relu,
        layers.flatten(),
      ])
      net.apply(net.init(key(0)))(zeros([8, 1, 28, 28]))`,
    sentence: 'layer 3: conv2d(64, 32): input has 32 channels: [?, 32, ?, ?]',
    thrown: 'layer 3: conv2d(64, 32): input has 32 channels: [8, 32, 26, 26]',
  },
  {
    mistake: 'a skip connection over another number of channels',
    program: `
      const body = layers.sequential([
        layers.groupNorm(8, 64),
        silu,
        layers.conv2d(64, 128, { kernel: 3, padding: 'same' }),
      ])
      const net = layers.sequential([
        layers.conv2d(3, 64, { kernel: 3, padding: 'same' }),
        layers.residual(body),
        layers.conv2d(128, 3, { kernel: 3, padding: 'same' }),
      ])
      net.apply(net.init(key(0)))(zeros([2, 3, 8, 8]))`,
    sentence: 'layer 2: residual: the body gives [?, 128, ?, ?], the shortcut [?, 64, ?, ?] (128 ≠ 64)',
    thrown: 'layer 2: residual: the body gives [2, 128, 8, 8], the shortcut [2, 64, 8, 8] (128 ≠ 64)',
  },
  {
    mistake: 'a skip connection over another size',
    program: `
      const block = layers.residual(
        layers.sequential([layers.conv2d(64, 64, { kernel: 3 }), relu, layers.conv2d(64, 64, { kernel: 3 })]),
      )
      pipe(zeros([1, 64, 16, 16]), block.apply(block.init(key(0))))`,
    sentence: 'residual: the body gives [1, 64, 12, 12], the shortcut [1, 64, 16, 16] (12 ≠ 16)',
    line: 3,
  },
  {
    mistake: 'groups that do not divide the channels, before any network',
    program: `
      const block = layers.sequential([
        layers.groupNorm(32, 48),
        silu,
        layers.conv2d(48, 48, { kernel: 3, padding: 'same' }),
      ])`,
    sentence: 'layer 1: groupNorm(32, 48): 32 groups do not divide 48 channels',
    thrown: 'groupNorm: 32 groups do not divide 48 channels',
  },
  {
    mistake: 'a normalization of another width',
    program: `
      const block = layers.sequential([
        layers.layerNorm(128),
        layers.selfAttention(128, { heads: 8 }),
        layers.residual(
          layers.sequential([layers.layerNorm(64), layers.linear(64, 256), gelu, layers.linear(256, 128)]),
        ),
      ])
      block.apply(block.init(key(0)))(zeros([8, 10, 128]))`,
    sentence: 'layer 3: layer 1: layerNorm(64): input has 128 features: […]',
    thrown: 'layer 3: layer 1: layerNorm(64): input has 128 features: [8, 10, 128]',
  },
  {
    mistake: 'heads that do not divide the features',
    program: `
      const transformer = layers.sequential([
        layers.embedding(1000, 64),
        layers.selfAttention(64, { heads: 6 }),
        layers.linear(64, 1000),
      ])`,
    sentence: 'selfAttention: 6 heads do not divide 64 features',
  },
  {
    mistake: 'an embedding of another width than its transformer',
    program: `
      const transformer = layers.sequential([
        layers.embedding(1000, 128),
        layers.selfAttention(64, { heads: 4 }),
        layers.linear(64, 1000),
      ])
      transformer.apply(transformer.init(key(0)))(full([8, 10], 0, 'i32'))`,
    sentence: 'layer 2: selfAttention(64): input has 128 features: […]',
    thrown: 'layer 2: selfAttention(64): input has 128 features: [8, 10, 128]',
  },
  {
    mistake: 'images that pooling makes too small',
    program: `
      const net = layers.sequential([
        layers.conv2d(1, 8, { kernel: 3 }),
        layers.maxPool2d(4),
        layers.conv2d(8, 8, { kernel: 3 }),
        layers.maxPool2d(4),
        layers.conv2d(8, 8, { kernel: 3 }),
      ])
      pipe(zeros([8, 1, 28, 28]), net.apply(net.init(key(0))))`,
    sentence: 'layer 5: conv2d(8, 8): the window is larger than the padded input: [8, 8, 1, 1]',
    line: 3,
  },
  {
    mistake: 'a network of images behind one of sounds',
    program: `
      const net = layers.sequential([
        layers.conv1d(1, 32, { kernel: 7, stride: 4, padding: 3 }),
        silu,
        layers.conv1d(32, 64, { kernel: 7, stride: 4, padding: 3 }),
        silu,
        layers.conv2d(64, 64, { kernel: 3, padding: 'same' }),
      ])
      net.apply(net.init(key(0)))(zeros([8, 1, 1600]))`,
    sentence: 'layer 5: conv2d(64, 64): input must have rank 4: [?, 64, ?]',
    thrown: 'layer 5: conv2d(64, 64): input must have rank 4: [8, 64, 100]',
  },
]

/** In `flow` of fp-ts, whose first function says which batch it takes. */
const compositions: readonly WrongModel[] = [
  {
    mistake: 'two layers that do not meet',
    program: `
      const [hidden, output] = [layers.linear(784, 400), layers.linear(300, 10)]
      const toHidden = hidden.apply(hidden.init(key(0)))
      const classify = flow(
        (x: Tensor<[2, 784]>) => toHidden(x),
        relu,
        output.apply(output.init(key(1))),
      )
      classify(zeros([2, 784]))`,
    sentence: 'linear(300, 10): input has 400 features: [2, 400]',
    line: 3,
  },
  {
    mistake: 'no flatten',
    program: `
      const features = layers.conv2d(1, 8, { kernel: 5, stride: 2 })
      const output = layers.linear(1152, 10)
      const classify = flow(
        (x: Tensor<[2, 1, 28, 28]>) => features.apply(features.init(key(0)))(x),
        relu,
        output.apply(output.init(key(1))),
      )
      classify(zeros([2, 1, 28, 28]))`,
    sentence: 'linear(1152, 10): input has 12 features: [2, 8, 12, 12]',
    line: 3,
  },
  {
    mistake: 'an encoder and a decoder with latents of different sizes',
    program: `
      const encoder = layers.sequential([layers.flatten(), layers.linear(784, 400), relu, layers.linear(400, 16)])
      const decoder = layers.sequential([layers.linear(20, 400), relu, layers.linear(400, 784)])
      const encode = encoder.apply(encoder.init(key(0)))
      const reconstruct = flow(
        (x: Tensor<[2, 1, 28, 28]>) => encode(x),
        decoder.apply(decoder.init(key(1))),
        sigmoid,
      )
      reconstruct(zeros([2, 1, 28, 28]))`,
    sentence: 'layer 1: linear(20, 400): input has 16 features: [2, 16]',
    line: 3,
  },
  {
    mistake: 'a decoder for images of another size',
    program: `
      const up = layers.sequential([
        layers.upsample(2),
        layers.conv2d(64, 32, { kernel: 3, padding: 'same' }),
        relu,
        layers.upsample(2),
        layers.conv2d(32, 3, { kernel: 3, padding: 'same' }),
      ])
      const image = zeros([8, 3, 32, 32])
      const error = flow(
        (z: Tensor<[8, 64, 7, 7]>) => up.apply(up.init(key(0)))(z),
        sigmoid,
        (mean) => sub(mean, image),
        square,
      )
      error(zeros([8, 64, 7, 7]))`,
    sentence: 'sub: shapes do not broadcast: [8, 3, 28, 28] and [8, 3, 32, 32] (28 ≠ 32)',
  },
  {
    mistake: 'attention over channels instead of features',
    program: `
      const attention = layers.selfAttention(64, { heads: 4 })
      const attend = flow(
        (x: Tensor<[8, 64, 7, 7]>) => reshape(x, [8, 64, 49]),
        attention.apply(attention.init(key(0))),
        (tokens) => reshape(tokens, [8, 64, 7, 7]),
      )
      attend(zeros([8, 64, 7, 7]))`,
    sentence: 'selfAttention(64): input has 49 features: [8, 64, 49]',
    line: 3,
  },
]

/** In the terms of a variational autoencoder. */
const objectives: readonly WrongModel[] = [
  {
    mistake: 'a mean and a variance of different sizes',
    program: `
      const [toMean, toLogVar] = [layers.linear(400, 16), layers.linear(400, 20)]
      const h = relu(zeros([2, 400]))
      const posterior = {
        mean: toMean.apply(toMean.init(key(0)))(h),
        logVar: toLogVar.apply(toLogVar.init(key(1)))(h),
      }
      const kl = sumOverLatents(klToStandardNormal(posterior))`,
    sentence: 'klToStandardNormal: mean and logVar differ: [2, 16] and [2, 20] (16 ≠ 20)',
  },
  {
    mistake: 'one variance for all latents, which would be repeated',
    program: `
      const posterior = { mean: zeros([2, 16]), logVar: zeros([2, 1]) }
      const z = sampleGaussian(posterior, key(0))
      const decoder = layers.sequential([layers.linear(16, 400), relu, layers.linear(400, 784)])
      pipe(z, decoder.apply(decoder.init(key(1))), sigmoid)`,
    sentence: 'sampleGaussian: mean and logVar differ: [2, 16] and [2, 1] (16 ≠ 1)',
  },
  {
    mistake: 'a posterior of another batch',
    program: `
      const h = zeros([128, 16])
      const kl = pipe(
        klToStandardNormal({ mean: h, logVar: zeros([64, 16]) }),
        sumOverLatents,
        (terms) => mean(terms, [0]),
      )`,
    sentence: 'klToStandardNormal: mean and logVar differ: [128, 16] and [64, 16] (128 ≠ 64)',
  },
  {
    mistake: 'logits of another size than the image',
    program: `
      const decoder = layers.sequential([layers.linear(16, 400), relu, layers.linear(400, 400)])
      const decode = decoder.apply(decoder.init(key(0)))
      const x = zeros([2, 784])
      const reconstruction = pipe(
        zeros([2, 16]),
        decode,
        (logits) => bernoulliLogLikelihood(logits, x),
        neg,
      )`,
    sentence: 'bernoulliLogLikelihood: logits and x differ: [2, 400] and [2, 784] (400 ≠ 784)',
  },
  {
    mistake: 'the images of another batch',
    program: `
      const model = vae({
        encoder: gaussianEncoder(mlp([784], [400]), 16),
        decoder: mlp([16], [400], [784]),
        likelihood: bernoulli,
      })
      const { params } = model.init(key(0))
      const nats = flow(
        (z: Tensor<[64, 16]>) => model.decode(params)(z),
        (logits) => bernoulliLogLikelihood(logits, intensities(full([128, 784], 255, 'u8'))),
      )
      nats(zeros([64, 16]))`,
    sentence: 'bernoulliLogLikelihood: logits and x differ: [64, 784] and [128, 784] (64 ≠ 128)',
  },
]

/** Uses of a model as a whole. */
const uses = (
  [
    [
      'images of another size',
      'encode',
      '[128, 783]',
      'encode: an example is [784], the batch is [128, 783]',
    ],
    [
      'images that are no vectors',
      'encode',
      '[128, 1, 28, 28]',
      'encode: an example is [784], the batch is [128, 1, 28, 28]',
    ],
    [
      'one image without a batch',
      'reconstruct',
      '[784]',
      'reconstruct: an example is [784], the batch is [784]',
    ],
    ['latents of another size', 'decode', '[128, 20]', 'decode: a latent is [16], the batch is [128, 20]'],
    [
      'latents with the axes exchanged',
      'generate',
      '[16, 128]',
      'generate: a latent is [16], the batch is [16, 128]',
    ],
  ] as const
).map(
  ([mistake, method, shape, sentence]): WrongModel => ({
    mistake: `${mistake}, given to ${method}`,
    program: `
      const model = vae({
        encoder: gaussianEncoder(mlp([784], [400]), 16),
        decoder: mlp([16], [400], [784]),
        likelihood: bernoulli,
      })
      model.${method}(model.init(key(0)).params)(zeros(${shape}))`,
    sentence,
  }),
)

/** Ways to give a whole model what it does not take. */
const whole = {
  vae: `
      const model = vae({
        encoder: gaussianEncoder(mlp([784], [400]), 16),
        decoder: mlp([16], [400], [784]),
        likelihood: bernoulli,
      })
      const { params } = model.init(key(0))`,
  autoencoder: `
      const model = autoencoder({
        encoder: mlp([784], [400], [16]),
        decoder: mlp([16], [400], [784]),
        likelihood: bernoulli,
      })
      const { params } = model.init(key(0))`,
  vqVae: `
      const model = vqVae({
        encoder: residualDown([1, 28, 28], [8, 16], 4, { hidden: 8 }),
        quantizer: vectorQuantizer(4, 32, { learning: 'ema' }),
        decoder: residualUp([4, 7, 7], [16, 8, 1], { hidden: 8 }),
        likelihood: bernoulli,
      })
      const { params, state } = model.init(key(0))`,
} as const

const misuses = (
  [
    ['vae', "encode(params)(full([2, 784], 0, 'u8'))", 'encode: expected f32, got u8'],
    ['vae', "generate(params)(full([8, 16], 0, 'i32'))", 'generate: expected f32, got i32'],
    ['autoencoder', 'encode(params)(zeros([2, 783]))', 'encode: an example is [784], the batch is [2, 783]'],
    ['autoencoder', 'decode(params)(zeros([2, 20]))', 'decode: a latent is [16], the batch is [2, 20]'],
    ['autoencoder', 'generate(params)(zeros([16]))', 'generate: a latent is [16], the batch is [16]'],
    [
      'autoencoder',
      'reconstruct(params)(zeros([8, 1, 28, 28]))',
      'reconstruct: an example is [784], the batch is [8, 1, 28, 28]',
    ],
    [
      'vqVae',
      'encode(params, state)(zeros([8, 28, 28]))',
      'encode: an example is [1, 28, 28], the batch is [8, 28, 28]',
    ],
    [
      'vqVae',
      'reconstruct(params, state)(zeros([8, 3, 28, 28]))',
      'reconstruct: an example is [1, 28, 28], the batch is [8, 3, 28, 28]',
    ],
    [
      'vqVae',
      "decode(params, state)(full([8, 7, 8], 0, 'i32'))",
      'decode: a grid of indices is [7, 7], the batch is [8, 7, 8]',
    ],
    [
      'vqVae',
      "generate(params, state)(full([8, 49], 0, 'i32'))",
      'generate: a grid of indices is [7, 7], the batch is [8, 49]',
    ],
    ['vqVae', 'generate(params, state)(zeros([8, 7, 7]))', 'generate: expected i32, got f32'],
  ] as const
).map(
  ([name, call, sentence]): WrongModel => ({
    mistake: `${name}: ${call}`,
    program: `${whole[name]}
      model.${call}`,
    sentence,
  }),
)

const encoder = 'gaussianEncoder(mlp([784], [400]), 16)'
const decoder = 'mlp([16], [400], [784])'
const judge = 'discriminator: discriminator({ latent: 16, hidden: 8 })'

/** The models of a latent variable, with what comes before and after their parts. */
const latentModels = [
  ['vae', '', ''],
  ['betaTcVae', '', ', { datasetSize: 60_000 }'],
  ['factorVae', `, ${judge}`, ''],
  ['importanceWeighted', '', ", { kind: 'iwae', samples: 5 }"],
] as const

/** Parts that do not fit each other. */
const misfits = latentModels.flatMap(([name, more, options]): WrongModel[] => {
  const of = (mistake: string, parts: string, sentence: string): WrongModel => ({
    mistake: `${name} with ${mistake}`,
    program: `${name}({ ${parts}${more} }${options})`,
    sentence: `${name}: ${sentence}`,
  })
  return [
    of(
      'latents of other sizes in encoder and decoder',
      `encoder: ${encoder}, decoder: mlp([20], [400], [784]), likelihood: bernoulli`,
      'the encoder gives 16 latent dimensions, the decoder takes [20]',
    ),
    of(
      'a decoder of maps',
      `encoder: ${encoder}, decoder: mlp([16, 1, 1], [400], [784]), likelihood: bernoulli`,
      'the encoder gives 16 latent dimensions, the decoder takes [16, 1, 1]',
    ),
    of(
      'a prior of another size',
      `encoder: ${encoder}, decoder: ${decoder}, likelihood: bernoulli, prior: standardNormal(20)`,
      'the encoder gives 16 latent dimensions, the prior has 20',
    ),
    of(
      'a mixture of another size',
      `encoder: ${encoder}, decoder: ${decoder}, likelihood: bernoulli, prior: gaussianMixture({ components: 5, latent: 8 })`,
      'the encoder gives 16 latent dimensions, the prior has 8',
    ),
    of(
      'a decoder of other images',
      `encoder: ${encoder}, decoder: mlp([16], [400], [28, 28]), likelihood: bernoulli`,
      'bernoulli needs [784] from the decoder, which gives [28, 28]',
    ),
    of(
      'a mean where a mean and a variance are needed',
      `encoder: ${encoder}, decoder: ${decoder}, likelihood: learnedGaussian`,
      'learned gaussian needs [1568] from the decoder, which gives [784]',
    ),
  ]
})

/** Each number of parameters that a likelihood may need for a value of a colour image. */
const likelihoods = (
  [
    ['bernoulli', 'bernoulli', '[3, 8, 8]', '[6, 8, 8]'],
    ['continuousBernoulli', 'continuous bernoulli', '[3, 8, 8]', '[6, 8, 8]'],
    ['gaussian(0.1)', 'gaussian', '[3, 8, 8]', '[6, 8, 8]'],
    ['optimalGaussian', 'optimal gaussian', '[3, 8, 8]', '[6, 8, 8]'],
    ['squaredError', 'squared error', '[3, 8, 8]', '[6, 8, 8]'],
    ['laplace(0.1)', 'laplace', '[3, 8, 8]', '[6, 8, 8]'],
    ['learnedGaussian', 'learned gaussian', '[6, 8, 8]', '[3, 8, 8]'],
    ['learnedLaplace', 'learned laplace', '[6, 8, 8]', '[3, 8, 8]'],
    ['discretisedLogistic', 'discretised logistic', '[6, 8, 8]', '[3, 8, 8]'],
    ['mixtureOfLogistics(5)', 'mixture of logistics', '[45, 8, 8]', '[15, 8, 8]'],
    ['categorical', 'categorical', '[768, 8, 8]', '[256, 8, 8]'],
  ] as const
).map(
  ([program, name, needed, given]): WrongModel => ({
    mistake: `vae of ${name} with ${given} from the decoder`,
    program: `
      const up = mlp([4], [8], ${given})
      vae({ encoder: gaussianEncoder(mlp([3, 8, 8], [8]), 4), decoder: up, likelihood: ${program} })`,
    sentence: `vae: ${name} needs ${needed} from the decoder, which gives ${given}`,
  }),
)

const ofCodes = (quantizer: string, decoder: string, likelihood = 'bernoulli'): string => `
      vqVae({
        encoder: residualDown([1, 28, 28], [8, 16], 4, { hidden: 8 }),
        quantizer: ${quantizer},
        decoder: ${decoder},
        likelihood: ${likelihood},
      })`
const up = 'residualUp([4, 7, 7], [16, 8, 1], { hidden: 8 })'
const averages = "vectorQuantizer(4, 32, { learning: 'ema' })"

/** Halves, and models of codes, that do not fit. */
const halves: readonly WrongModel[] = [
  {
    mistake: 'factorVae with a discriminator of other latents',
    program: `
      factorVae({
        encoder: ${encoder},
        decoder: ${decoder},
        likelihood: bernoulli,
        discriminator: discriminator({ latent: 10, hidden: 8 }),
      })`,
    sentence: 'factorVae: the encoder gives 16 latent dimensions, the discriminator takes 10',
  },
  {
    mistake: 'autoencoder with codes of other sizes',
    program: `autoencoder({ encoder: mlp([784], [400], [16]), decoder: mlp([20], [400], [784]), likelihood: bernoulli })`,
    sentence: 'autoencoder: the encoder gives [16], the decoder takes [20]',
  },
  {
    mistake: 'autoencoder with too few numbers for its likelihood',
    program: `autoencoder({ encoder: mlp([784], [400], [16]), decoder: ${decoder}, likelihood: learnedGaussian })`,
    sentence: 'autoencoder: learned gaussian needs [1568] from the decoder, which gives [784]',
  },
  ...(
    [
      ["vectorQuantizer(64, 32, { learning: 'ema' })", 64],
      ['fsq([8, 5, 5])', 3],
      ['lfq(10)', 10],
      ["residualQuantizer(vectorQuantizer(8, 32, { learning: 'ema' }), 4)", 8],
      ["groupedQuantizer(6, 2, vectorQuantizer(3, 32, { learning: 'ema' }))", 6],
    ] as const
  ).map(([quantizer, features]) => ({
    mistake: `vqVae of 4 features with ${quantizer}`,
    program: ofCodes(quantizer, up),
    sentence: `vqVae: the encoder gives 4 features, [4, 7, 7], the quantizer takes ${features}`,
  })),
  {
    mistake: 'vqVae with a decoder of other maps',
    program: ofCodes(averages, 'residualUp([4, 14, 14], [16, 1], { hidden: 8 })'),
    sentence: 'vqVae: the encoder gives [4, 7, 7], the decoder takes [4, 14, 14]',
  },
  {
    mistake: 'vqVae with too few numbers for its likelihood',
    program: ofCodes(averages, up, 'categorical'),
    sentence: 'vqVae: categorical needs [256, 28, 28] from the decoder, which gives [1, 28, 28]',
  },
  {
    mistake: 'images that three strides do not divide',
    program: 'convDown([1, 28, 28], [32, 64, 128])',
    sentence: 'convDown: strides of 2 do not divide [1, 28, 28]: 7 is odd',
  },
  {
    mistake: 'images of an odd width',
    program: 'const down = residualDown([3, 32, 30], [32, 64], 16, { hidden: 32 })',
    sentence: 'residualDown: strides of 2 do not divide [3, 32, 30]: 15 is odd',
  },
  {
    mistake: 'vectors for images, to an encoder and a decoder',
    program: 'residualDown([784], [32, 64], 16, { hidden: 32 })',
    sentence: 'residualDown: an image has channels, height and width: [784]',
  },
  {
    mistake: 'latents for images, to a decoder',
    program: 'convUp([16], [32, 1])',
    sentence: 'convUp: an image has channels, height and width: [16]',
  },
  {
    mistake: 'networks that do not connect',
    program: 'connect([convDown([1, 28, 28], [32, 64]), mlp([64, 7, 7], [256]), mlp([128], [10])])',
    sentence: 'connect: network 2 gives [256], the next takes [128]',
  },
  {
    mistake: 'a posterior of maps',
    program: 'gaussianEncoder(convDown([1, 28, 28], [32, 64]), 16)',
    sentence: 'gaussianEncoder: the body must give vectors, it gives [64, 7, 7]',
  },
  {
    mistake: 'layers that do not take the examples',
    program: 'network([1, 28, 28], sequential([linear(784, 400), relu]))',
    sentence: 'layer 1: linear(784, 400): input has 28 features: [?, 1, 28, 28]',
    thrown: 'layer 1: linear(784, 400): input has 28 features: [1, 1, 28, 28]',
  },
]

export const wrongModels: readonly WrongModel[] = [
  ...functions,
  ...networks,
  ...compositions,
  ...objectives,
  ...uses,
  ...misuses,
  ...misfits,
  ...likelihoods,
  ...halves,
]
