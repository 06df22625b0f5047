import { tensor } from '@vae/tensor'
import fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import { type Dataset, firstExamples } from './dataset.ts'
import { examplesOf } from './examples.ts'
import { labelled } from './labelled.ts'

const byte = fc.nat(255)
const images = fc.array(fc.tuple(fc.tuple(byte, byte, byte, byte), byte), { minLength: 1, maxLength: 6 })

const datasetOf = (rows: readonly (readonly [readonly number[], number])[]): Dataset<[2, 2]> => ({
  name: 'images',
  split: 'test',
  examples: examplesOf(
    tensor(
      [rows.length, 2, 2],
      rows.flatMap(([pixels]) => pixels),
      'u8',
    ),
  ),
  labels: O.some(
    tensor(
      [rows.length],
      rows.map(([, label]) => label),
      'u8',
    ),
  ),
})

it('puts the label of each image behind its pixels', () => {
  fc.assert(
    fc.property(images, (rows) => {
      const found = labelled(datasetOf(rows))
      expect(O.isSome(found) && [...firstExamples(rows.length)(found.value).data]).toEqual(rows.flat(2))
    }),
  )
})

it('has nothing to say of images without labels', () => {
  expect(labelled({ ...datasetOf([[[1, 2, 3, 4], 5]]), labels: O.none })).toEqual(O.none)
})
