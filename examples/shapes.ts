import { matmul, mul, ones, refineAll, sum, type Tensor, transpose, zeros } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

// Generic functions: the compiler follows N, M and F, whatever they are. This one gives a Tensor<[N, F]>.
const scale = <N extends number, F extends number>(x: Tensor<[N, F]>, w: Tensor<[F]>) => mul(x, w)

// And this one, of what only has to agree in F, a Tensor<[N, M]>.
const products = <N extends number, M extends number, F extends number>(
  a: Tensor<[N, F]>,
  b: Tensor<[M, F]>,
) => matmul(a, transpose(b))

const known = products(scale(ones([5, 784]), ones([784])), zeros([3, 784])) // Tensor<[5, 3]>
console.log('known sizes:', known.shape)

// What a file holds is known at run time only. After refineAll it has a type: 'batch' is a size with a
// name, the same in both tensors, so they may be multiplied.

const summary = (images: Tensor<number[]>, weights: Tensor<number[]>): string =>
  pipe(
    { images, weights },
    refineAll({ images: ['batch', 784], weights: ['batch'] }),
    E.match(
      ({ message }) => `refused: ${message}`,
      (batch) => {
        const weighted = mul(sum(batch.images, [1]), batch.weights) // Tensor<[Dim<'batch'>]>
        return `accepted: ${weighted.shape[0]} weighted sums`
      },
    ),
  )

console.log(summary(zeros([100, 784]), zeros([100])))
console.log(summary(zeros([100, 780]), zeros([100])))
console.log(summary(zeros([100, 784]), zeros([99])))
