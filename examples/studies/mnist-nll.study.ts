/*
 * The negative log-likelihoods that are published for MNIST, with the schedules that lead there: `npm run study mnist-nll`
 * runs one recipe, with this library or with PyTorch, and writes the page of all that were run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { binarise, type Dataset, exampleCount, firstExamples, inMemory, take } from '@vae/data'
import { key, split } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { pipe } from 'fp-ts/lib/function.js'
import { chosen, wholeNumber } from './arguments.ts'
import { digits, type Parts } from './digits.ts'
import { oursOf } from './mnist-nll/ours.ts'
import { resultsPage } from './mnist-nll/page.ts'
import { allStages, epochsOf, type Recipe, type RecipeName, recipes } from './mnist-nll/recipes.ts'
import type { Result } from './mnist-nll/result.ts'
import { fromPyTorch } from './python.ts'
import type { Report } from './report.ts'
import { resultsIn } from './results.ts'

/** Stages of a run unless it asks for others: 121 epochs of 3,280. */
const defaultStages = 5

/** Importance samples of each test image, as in the publications. */
const samples = 5000

/** The keys of the pixels of training and test images: the same images for every run. */
const [forTrain, forTest] = split(key(2 ** 53 - 3))

/** The images of a recipe; those of the test are binary, whatever the model trains on. */
const imagesOf = async ({ binarisation, trainingImages }: Recipe): Promise<Parts<[784]>> => {
  const { train, test } = await digits()
  const first = take(trainingImages)(train)
  return {
    train: binarisation === 'static' ? pipe(first, binarise(forTrain), inMemory) : first,
    test: pipe(test, binarise(forTest), inMemory),
  }
}

/** All bytes of a data set. */
const bytesOf = (dataset: Dataset<[784]>): Uint8Array => firstExamples(exampleCount(dataset))(dataset).data

/** The same recipe and images in PyTorch. */
const pytorchOf = async (
  recipe: Recipe,
  { train, test }: Parts<[784]>,
  checkpoint: string,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'mnist-nll-'))
  try {
    await writeFile(join(folder, 'train.u8'), bytesOf(train))
    await writeFile(join(folder, 'test.u8'), bytesOf(test))
    const found = await fromPyTorch(
      'mnist-nll/mnist_nll.py',
      JSON.stringify(recipe),
      folder,
      String(samples),
      checkpoint,
    )
    if (found === null) throw new Error('no python3 on the path has PyTorch')
    // What our own script prints.
    return found as Result
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What the result of a run is called. */
const fileOf = (name: RecipeName, epochs: number, pytorch: boolean): string =>
  `${name}-${epochs}${pytorch ? '-pytorch' : ''}`

/** What was asked for. Throws a sentence for what there is not. */
const askedOf = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      pytorch: { type: 'boolean', default: false },
      stages: { type: 'string', default: String(defaultStages) },
      threads: { type: 'string', default: '1' },
    },
  })
  const stages = wholeNumber('stages', values.stages, { most: allStages })
  return {
    names: chosen('run', positionals, Object.keys(recipes(stages)) as RecipeName[]),
    pytorch: values.pytorch,
    stages,
    threads: wholeNumber('threads', values.threads),
  }
}

/** Runs recipes, ours or with --pytorch those of PyTorch, and gives the page of all results that the repository holds. */
export const study = async (report: Report, args: readonly string[], folder: string): Promise<string> => {
  const { names, pytorch, stages, threads } = askedOf(args)
  const results = await resultsIn<Result>(join(folder, 'mnist-nll'))
  const working = join(import.meta.dirname, '../../runs/studies')
  await mkdir(working, { recursive: true })
  for (const name of names) {
    const recipe: Recipe = recipes(stages)[name]
    const data = await imagesOf(recipe)
    const run = `${name}-${epochsOf(recipe)}`
    const result = pytorch
      ? await pytorchOf(recipe, data, join(working, `mnist-nll-${run}.pt`))
      : await oursOf(recipe, {
          engine: await wasmEngine({ threads }),
          data,
          report,
          name: run,
          checkpoint: join(working, `mnist-nll-${run}.safetensors`),
          samples,
        })
    await results.write(fileOf(name, epochsOf(recipe), pytorch), result)
    report.line(`${run}: NLL ${result.nll.toFixed(2)} ± ${result.standardError.toFixed(2)} nats`)
  }
  return resultsPage((name, epochs, peer) => results.read(fileOf(name, epochs, peer)))
}
