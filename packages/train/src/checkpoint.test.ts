import { encodeSafetensors } from '@vae/data'
import { key, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { Progress } from './progress.ts'

type Params = { readonly encoder: { readonly weight: Tensor<[2, 3]>; readonly bias: Tensor<[3]> } }
type Small = Progress<Params, readonly { readonly count: Tensor<[]> }[], Readonly<Record<never, never>>>

const small = (numbers: readonly number[], epoch = 2, step = 9): Small => ({
  training: {
    params: {
      encoder: { weight: tensor([2, 3], numbers.slice(0, 6)), bias: tensor([3], numbers.slice(6, 9)) },
    },
    optimizer: [{ count: tensor([], [numbers[9]!]) }],
    modelState: {},
    key: key(5),
  },
  order: key(6),
  epoch,
  step,
})

const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 10, maxLength: 10 })
const template = small(Array(10).fill(0), 0, 0)

const problem = (bytes: Uint8Array): string => {
  const result = decodeCheckpoint(bytes, 'file', template)
  return E.isLeft(result) ? result.left.message : 'no problem'
}

/** The file of a checkpoint with other tensors. */
const fileWith = (
  change: (tensors: Map<string, Tensor<number[]>>) => void,
  metadata: Record<string, string> = { format: 'vae-checkpoint-1', epoch: '2', step: '9' },
): Uint8Array => {
  const { training, order } = template
  const tensors = new Map<string, Tensor<number[]>>(
    Object.entries({
      'params.encoder.weight': training.params.encoder.weight,
      'params.encoder.bias': training.params.encoder.bias,
      'optimizer.0.count': training.optimizer[0]!.count,
      // The codec writes any dtype; only the shape type is narrowed here.
      'key': training.key as object as Tensor<number[]>,
      'order': order as object as Tensor<number[]>,
    }),
  )
  change(tensors)
  return encodeSafetensors({ tensors, metadata })
}

describe('checkpoint', () => {
  it('reads what it wrote: tensors, counters and notes', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), fc.nat(), fc.string(), (values, epoch, step, note) => {
        const progress = small(values, epoch, step)
        const read = decodeCheckpoint(encodeCheckpoint(progress, { note }), 'file', template)
        if (E.isLeft(read)) throw new Error(read.left.message)
        expect(read.right.progress).toEqual(progress)
        expect(read.right.notes.note).toBe(note)
      }),
    )
  })

  it('says what does not fit the model', () => {
    expect(problem(fileWith(() => undefined))).toBe('no problem')
    expect(problem(fileWith((tensors) => tensors.delete('params.encoder.bias')))).toBe(
      'file: has no tensor params.encoder.bias, expected f32 [3]',
    )
    expect(
      problem(fileWith((tensors) => tensors.set('params.encoder.bias', tensor([4], [1, 2, 3, 4])))),
    ).toBe('file: params.encoder.bias must be f32 [3] for this model, it is f32 [4]')
    expect(problem(fileWith((tensors) => tensors.set('key', tensor([2], [1, 2]))))).toBe(
      'file: key must be u32 [2] for this model, it is f32 [2]',
    )
    expect(problem(fileWith((tensors) => tensors.set('other', tensor([], [1]))))).toBe(
      'file: has a tensor other that this model does not have',
    )
  })

  it('says what is wrong with the counters and the format', () => {
    const none = () => undefined
    expect(problem(fileWith(none, {}))).toBe(
      'file: expected a checkpoint of format vae-checkpoint-1, got none',
    )
    for (const epoch of ['-1', '1.5', '', ' 1', '1e3', '99999999999999999999'])
      expect(problem(fileWith(none, { format: 'vae-checkpoint-1', epoch, step: '1' }))).toBe(
        `file: expected a whole number as epoch, got ${epoch}`,
      )
  })

  it('answers damaged files with a sentence', () => {
    const whole = encodeCheckpoint(small(Array(10).fill(1)))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = whole.slice()
        damaged[at] = damaged[at]! ^ flip
        decodeCheckpoint(damaged, 'file', template)
        expect(problem(whole.subarray(0, at))).toMatch(/^file: /)
      }),
    )
  })
})
