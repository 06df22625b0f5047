import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { runnerImport } from 'vite'
import { Failure, fromRoot } from './process.mjs'

const folder = fromRoot('examples/studies')

/** The studies that there are: files with a function `study`. */
const names = async () =>
  (await readdir(folder))
    .filter((file) => file.endsWith('.study.ts'))
    .map((file) => file.replace('.study.ts', ''))

const pages = fromRoot('docs/studies')

/**
 * Runs a study of `examples/studies` with what else was asked for, and writes its page to `docs/studies`, with the pictures
 * that it shows beside it.
 */
export const runStudy = async ([name, ...rest]) => {
  const known = await names()
  if (!known.includes(name)) throw new Failure(`npm run study NAME, where NAME is ${known.join(' or ')}`)
  // Node 20 does not read TypeScript; vite does, and leaves the packages as they are built.
  const { module } = await runnerImport(`${folder}/${name}.study.ts`, { root: fromRoot('examples') })
  if (rest.length > 0 && module.study.length < 2)
    throw new Failure(`${name} takes nothing else, got ${rest.join(' ')}`)
  const found = await module.study({ line: (line) => console.error(line) }, rest, pages).catch((error) => {
    throw new Failure(error.message)
  })
  const { page, pictures } = typeof found === 'string' ? { page: found, pictures: {} } : found
  await mkdir(pages, { recursive: true })
  for (const [file, content] of Object.entries({ ...pictures, [`${name}.md`]: page })) {
    await writeFile(`${pages}/${file}`, content)
    console.error(`wrote docs/studies/${file}`)
  }
}
