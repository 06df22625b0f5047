// How long an editor waits: node .ci/types/editor.mjs edits the Stable Diffusion decoder in TypeScript 7's language
// server and prints the median time until it answers with diagnostics.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readText } from '../workspace.mjs'
import { startServer } from './language-server.mjs'
import { withProject } from './project.mjs'

/** Milliseconds, in the middle. */
const target = 200

const edits = 30

/** The decoder as a person would edit it: a size changed, so that it does not compile, and changed back. */
const variants = (text) => [text.replace('change(512, 256)', 'change(512, 255)'), text]

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]

/** The waiting times of edits, each with the number of errors that came back. */
const measure = async ({ request, notify }, uri, text) => {
  const diagnose = async () => (await request('textDocument/diagnostic', { textDocument: { uri } })).items
  notify('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } })
  await diagnose()
  const results = []
  for (let edit = 0; edit < edits; edit++) {
    const next = variants(text)[edit % 2]
    const begin = performance.now()
    notify('textDocument/didChange', {
      textDocument: { uri, version: edit + 2 },
      contentChanges: [{ text: next }],
    })
    const errors = (await diagnose()).filter(({ severity }) => severity === 1)
    results.push({ time: performance.now() - begin, errors: errors.map(({ message }) => message) })
  }
  return results
}

const text = readText('.ci/types/cost/decoder.ts')
await withProject({ 'decoder.ts': text }, async (folder) => {
  const server = await startServer(folder)
  try {
    const path = join(folder, 'decoder.ts')
    writeFileSync(path, text)
    const results = await measure(server, pathToFileURL(path).href, text)
    const [wrong, right] = results
    if (wrong.errors.length === 0 || right.errors.length > 0)
      throw new Error(`expected errors after the first edit alone, got ${JSON.stringify([wrong, right])}`)
    console.log(`after a wrong edit: ${wrong.errors[0].split('\n')[0]}`)
    const times = results.map(({ time }) => time)
    const worst = Math.max(...times).toFixed(0)
    console.log(
      `${edits} edits: median ${median(times).toFixed(0)} ms, at most ${worst} ms (target: median below ${target} ms)`,
    )
  } finally {
    server.stop()
  }
})
