import { compileWith, type Engine } from '@vae/autograd'
import type { Examples } from '@vae/data'
import { valuesOf } from '@vae/models'
import { ones, type Tensor, tensor } from '@vae/tensor'
import type { HiddenTree, RunBatch, Trained } from '../models/run-model.ts'

type See = (params: HiddenTree) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, number]>

/** Vectors of examples that are named by their indices. */
export interface Encoder {
  /** The vectors of these examples, `[N, Z]`. */
  readonly of: (indices: ArrayLike<number>) => Tensor<[number, number]>
  readonly close: () => void
}

/** What `see` gives of examples, `batch` of them at a time: one program for any number. */
export const encoderOf = (
  engine: Engine,
  { params }: Pick<Trained<HiddenTree, HiddenTree>, 'params'>,
  see: See,
  examples: Examples<number[], 'u8' | 'f32'>,
  batch: number,
): Encoder => {
  const compiled = compileWith(engine)((p: HiddenTree, { examples: rows }: RunBatch) =>
    see(p)(valuesOf(rows)),
  )
  const weights = ones([batch])
  return {
    of: (indices) => {
      const parts: Float32Array[] = []
      let size = 0
      for (let start = 0; start < indices.length; start += batch) {
        // The last batch is filled up with the last example.
        const rows = Uint32Array.from(
          { length: batch },
          (_, row) => indices[Math.min(start + row, indices.length - 1)]!,
        )
        const { shape, data } = compiled(params, { examples: examples.gather(rows), weights })
        size = shape[1]
        parts.push(data.slice(0, Math.min(batch, indices.length - start) * size))
      }
      const all = new Float32Array(indices.length * size)
      for (const [index, part] of parts.entries()) all.set(part, index * batch * size)
      return tensor([indices.length, size], all)
    },
    close: compiled.close,
  }
}
