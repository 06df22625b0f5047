import { valueAndGrad } from '@vae/autograd'
import { linear, type ParamsOf } from '@vae/models'
import { item, key, mul, normal, sigmoid, square, sub, sum, type Tensor, tensor, zipTree } from '@vae/tensor'
import { compile } from '@vae/wasm'
import { pipe } from 'fp-ts/lib/function.js'

const encoder = linear(8, 2)
const decoder = linear(2, 8)
type Params = { encoder: ParamsOf<typeof encoder>; decoder: ParamsOf<typeof decoder> }

const reconstruct =
  (p: Params) =>
  <B extends number>(x: Tensor<[B, 8]>) =>
    pipe(x, encoder.apply(p.encoder), sigmoid, decoder.apply(p.decoder)) // Tensor<[B, 8]>

const loss = (p: Params, x: Tensor<[64, 8]>) => pipe(sub(reconstruct(p)(x), x), square, (e) => sum(e, [0, 1]))

const step = await compile((p: Params, x: Tensor<[64, 8]>, rate: Tensor<[]>) => {
  const { value, grad } = valueAndGrad(loss)(p, x)
  return { value, params: zipTree((w, g) => sub(w, mul(g, rate)), p, grad) }
})

const x = normal(key(0), [64, 8])
let params: Params = { encoder: encoder.init(key(1)), decoder: decoder.init(key(2)) }
for (let i = 0; i <= 1000; i++) {
  const result = step(params, x, tensor([], [1e-3]))
  params = result.params
  if (i % 250 === 0) console.log(i, item(result.value).toFixed(1))
}
