import { codebookUse } from '@vae/metrics'
import { activeUnits, codebookWarning, collapseWarning, includeMeans, noMeans } from '@vae/models'
import { ones, type Tensor, type TensorOf } from '@vae/tensor'
import { countCodes, noCodes } from '../metrics/batch-metric.ts'
import type { CodeSpace, Watch } from './run-model.ts'

/** Watches how many latent units are active. */
export const unitsWatch = <P, S>(
  size: number,
  encode: (params: P) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, number]>,
): Watch<P, S> => ({
  see: ({ params }, x) => activeUnits(includeMeans(noMeans(size), encode(params)(x), ones([x.shape[0]]))),
  warning: ({ data }) => collapseWarning(Array.from(data).filter((active) => active > 0).length, size),
})

/** Watches how many codes of each codebook are used, and tells of the worst. */
export const codesWatch = <P, S>({ codebooks, encode }: CodeSpace<P, S>): Watch<P, S> => ({
  see: (trained, x) => encode(trained)(x),
  warning: (seen) => {
    // What `see` gave: indices of examples.
    const indices = seen as TensorOf<[number, ...number[]], 'i32'>
    const choices = indices.data.length / codebooks.length
    const counts = countCodes(noCodes(codebooks), indices, new Float32Array(indices.shape[0]).fill(1))
    const warnings = counts.map((count, index) => {
      const warning = codebookWarning(codebookUse(count), Math.min(count.length, choices))
      return warning !== null && codebooks.length > 1 ? `codebook ${index + 1}: ${warning}` : warning
    })
    return warnings.find((warning) => warning !== null) ?? null
  },
})
