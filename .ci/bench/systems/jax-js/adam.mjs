import { numpy as np, tree } from '@jax-js/jax'

/** The state that Adam starts from. */
export const adamState = (params) => {
  const none = () => tree.map((p) => np.zeros(p.shape), tree.ref(params))
  return { params, mean: none(), variance: none(), count: np.array(0, { dtype: np.float32 }) }
}

/** Adam, written out: the package that holds it is another one. */
export const adam = ({ params, mean, variance, count }, grads) => {
  const now = count.add(1)
  const nextMean = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), mean, tree.ref(grads))
  const nextVariance = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), variance, grads)
  const meanWeight = np.subtract(1, np.exp(now.ref.mul(Math.log(0.9))))
  const varianceWeight = np.subtract(1, np.exp(now.ref.mul(Math.log(0.999))))
  const nextParams = tree.map(
    (p, m, v) => {
      const root = np.sqrt(v.div(varianceWeight.ref)).add(1e-8)
      return p.sub(m.div(meanWeight.ref).div(root).mul(1e-3))
    },
    params,
    tree.ref(nextMean),
    tree.ref(nextVariance),
  )
  meanWeight.dispose()
  varianceWeight.dispose()
  return { params: nextParams, mean: nextMean, variance: nextVariance, count: now }
}
