import { linear, type ParamsOf } from '@vae/models'
import { add, exp, mean, mul, relu, softplus, sub, sum, type Tensor } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'

/* A VAE 784-400-20 with its parameters, generic in the batch, with its loss. Kingma & Welling (2013). */

const encoder = linear(784, 400)
const toMean = linear(400, 20)
const toLogVar = linear(400, 20)
const hidden = linear(20, 400)
const toLogits = linear(400, 784)

export interface Params {
  readonly encoder: ParamsOf<typeof encoder>
  readonly mean: ParamsOf<typeof toMean>
  readonly logVar: ParamsOf<typeof toLogVar>
  readonly hidden: ParamsOf<typeof hidden>
  readonly logits: ParamsOf<typeof toLogits>
}

export const loss =
  (params: Params) =>
  <B extends number>(x: Tensor<[B, 784]>, noise: Tensor<[B, 20]>): Tensor<[]> => {
    const h = pipe(x, encoder.apply(params.encoder), relu)
    const mu = toMean.apply(params.mean)(h)
    const logVar = toLogVar.apply(params.logVar)(h)
    const z = add(mu, mul(exp(mul(logVar, 0.5)), noise))
    const logits = pipe(z, hidden.apply(params.hidden), relu, toLogits.apply(params.logits))
    const reconstruction = sum(sub(softplus(logits), mul(x, logits)), [1])
    const kl = mul(sum(sub(sub(add(mul(mu, mu), exp(logVar)), logVar), 1), [1]), 0.5)
    return mean(add(reconstruction, kl), [0])
  }
