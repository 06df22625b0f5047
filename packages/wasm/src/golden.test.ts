import { readdirSync, readFileSync } from 'node:fs'
import { checkGolden, readGolden } from '@vae/autograd/testing'
import * as operations from '@vae/tensor'
import { describe, it } from 'vitest'
import { engines } from './testing/engines.ts'

const folder = new URL('../../autograd/golden/', import.meta.url)

/** Long sums in float32 are compared less closely with those of PyTorch, which are in float64. */
const tolerances: { readonly [file: string]: number } = {
  'convolutions.golden.json': 1e-4,
  'normalisation.golden.json': 1e-4,
}

const groups = readdirSync(folder)
  .filter((file) => file.endsWith('.golden.json'))
  .map((file) => ({ file, cases: readGolden(readFileSync(new URL(file, folder), 'utf8')) }))

describe.each(engines)('$features: compiled operations and their gradients agree with PyTorch', (engine) => {
  for (const { file, cases } of groups)
    it(`${cases.length} cases of ${file}`, ({ task }) => {
      task.meta.cases = cases.length
      for (const golden of cases)
        checkGolden(engine, operations, golden, { tolerance: tolerances[file] ?? 1e-5 })
    })
})
