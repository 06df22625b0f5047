// What an editor sees of the Stable Diffusion decoder: node .ci/types/editor.mjs edits it in TypeScript 7's language
// server, prints the median time until that answers with diagnostics, and what hovering values shows.
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

/** Values on the way through the decoder, with what an editor shows for each. */
const intermediate = {
  middle: 'Tensor<[2, 512, 128, 128]>',
  narrow: 'Tensor<[2, 256, 128, 128]>',
  image: 'Tensor<[2, 3, 512, 512]>',
}

const inside = `
const from = key(0)
const start = sequential([conv2d(4, 512, same), block(512), upsample(2), conv2d(512, 512, same)])
const middle = start.apply(start.init(from))(zeros([2, 4, 64, 64]))
const half = change(512, 256)
const narrow = half.apply(half.init(from))(middle)
const image = decoder.apply(decoder.init(from))(zeros([2, 4, 64, 64]))
export const values = [middle, narrow, image]
`

/** The type that hovering the declaration of a constant shows. */
const hoverType = async ({ request }, uri, text, name) => {
  const lines = text.split('\n')
  const line = lines.findIndex((candidate) => candidate.startsWith(`const ${name} =`))
  const position = { line, character: 'const '.length }
  const { contents } = await request('textDocument/hover', { textDocument: { uri }, position })
  return new RegExp(`const ${name}: (.*)`).exec(contents.value)?.[1]
}

const checkHovers = async (server, uri, text) => {
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } })
  for (const [name, expected] of Object.entries(intermediate)) {
    const shown = await hoverType(server, uri, text, name)
    if (shown !== expected) throw new Error(`hovering ${name} shows ${shown}, expected ${expected}`)
    console.log(`hovering ${name}: ${shown}`)
  }
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
    const longer = `import { key, zeros } from '@vae/tensor'\n${text}${inside}`
    const other = join(folder, 'values.ts')
    writeFileSync(other, longer)
    await checkHovers(server, pathToFileURL(other).href, longer)
  } finally {
    server.stop()
  }
})
