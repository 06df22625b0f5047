// Entry of the root scripts: node .ci/main.mjs start|test|types|deep|bench|build [arguments].
// This file and what it imports run before anything is installed, so they use Node alone.
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const wanted = manifest.engines.node.replace('>=', '')
const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(`This project needs Node ${wanted} or newer, and this is Node ${process.versions.node}.`)
  process.exitCode = 1
} else {
  // Imported late: the rest may use syntax that an old Node cannot parse.
  import('./commands.mjs').then(({ main }) => main(process.argv[2], process.argv.slice(3)))
}
