import { readText } from '../../workspace.mjs'
import { importsFor } from '../library.mjs'
import { allExamples, operands } from './examples.mjs'

const types = "import type { Tensor, TensorOf } from '@vae/tensor'"
const use = 'const use = <L, R>(layer: L, f: (layer: L) => R): R => f(layer)'

/** The imports and operands of all examples, so that the baseline has them too. */
const preamble = [
  ...importsFor(allExamples.map(([, expression]) => expression).join(' ')),
  types,
  operands.trim(),
  use,
  'export const used = [x, row, weight, images, kernel, heads, sequence, kernel1d, tokens, use]',
].join('\n')

/** What every operation is compared with. */
export const baseline = `${preamble}\nexport const result = x\n`

/** Each operation alone: its name and its module. */
export const operationPrograms = allExamples.map(([name, expression]) => [
  name,
  `${preamble}\nexport const result = ${expression}\n`,
])

/** A sequence of dense layers, all of different sizes. */
const sequence = (count) => {
  const entries = Array.from({ length: count }, (_, index) => `layers.linear(${index + 10}, ${index + 11})`)
  return [
    "import * as layers from '@vae/models'",
    "import { key, type Tensor } from '@vae/tensor'",
    `const model = layers.sequential([${entries.join(', ')}])`,
    `export const y: Tensor<[7, ${count + 10}]> = model.apply(model.init(key(0)))(null! as Tensor<[7, 10]>)`,
  ].join('\n')
}

const sequences = { short: 'sequential of 100 layers', long: 'sequential of 300 layers' }

/** Whole models: name and module. */
export const modelPrograms = [
  ['VAE', readText('.ci/types/cost/vae.ts')],
  ['transformer of 12 layers', readText('.ci/types/cost/transformer.ts')],
  ['Stable Diffusion decoder of 60 layers', readText('.ci/types/cost/decoder.ts')],
  [sequences.short, sequence(100)],
  [sequences.long, sequence(300)],
]

/** How much dearer the longer sequence may be, at three times the length. */
export const linear = { ...sequences, most: 3.3 }
