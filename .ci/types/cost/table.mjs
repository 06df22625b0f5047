import { writeFileSync } from 'node:fs'
import { replaceBetween } from '../../document.mjs'
import { fromRoot } from '../../process.mjs'
import { readText } from '../../workspace.mjs'

const path = 'docs/type-cost.md'

const count = (number) => number.toLocaleString('en-US')
const milliseconds = (seconds) => (seconds * 1000).toFixed(0)

const rows = (measured) =>
  measured.map(
    ([name, six, seven]) =>
      `| ${name} | ${count(six.instantiations)} | ${count(seven.instantiations)} | ${milliseconds(six.seconds)} | ${milliseconds(seven.seconds)} |`,
  )

const table = (what, measured) =>
  [
    `| ${what} | instantiations, TypeScript 6 | TypeScript 7 | check, TypeScript 6 (ms) | TypeScript 7 (ms) |`,
    '|---|--:|--:|--:|--:|',
    ...rows(measured),
  ].join('\n')

/** Rewrites the tables of the document, between their markers. */
export const writeTables = (models, operations) => {
  const text = replaceBetween(readText(path), 'models', table('program', models))
  writeFileSync(fromRoot(path), replaceBetween(text, 'operations', table('operation', operations)))
}
