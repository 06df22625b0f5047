import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { runnerImport } from 'vite'
import { Failure, fromRoot } from './process.mjs'

const folder = fromRoot('examples/studies')

/** The studies that there are: files with a function `study`. */
const names = async () =>
  (await readdir(folder))
    .filter((file) => file.endsWith('.study.ts'))
    .map((file) => file.replace('.study.ts', ''))

/** Runs a study of `examples/studies` and writes its page to `docs/studies`, with the pictures that it shows beside it. */
export const runStudy = async ([name, ...rest]) => {
  const known = await names()
  if (!known.includes(name) || rest.length > 0)
    throw new Failure(`npm run study NAME, where NAME is ${known.join(' or ')}`)
  // Node 20 does not read TypeScript; vite does, and leaves the packages as they are built.
  const { module } = await runnerImport(`${folder}/${name}.study.ts`, { root: fromRoot('examples') })
  const found = await module.study({ line: (line) => console.error(line) })
  const { page, pictures } = typeof found === 'string' ? { page: found, pictures: {} } : found
  await mkdir(fromRoot('docs/studies'), { recursive: true })
  for (const [file, content] of Object.entries({ ...pictures, [`${name}.md`]: page })) {
    await writeFile(fromRoot(`docs/studies/${file}`), content)
    console.error(`wrote docs/studies/${file}`)
  }
}
