import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { replaceBetween } from '../document.mjs'
import { fromRoot } from '../process.mjs'

const path = 'docs/benchmarks.md'

/** Three digits: more would be noise. */
const figure = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

const percent = (part) => `${figure(100 * part)} %`

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

export const gflops = (work, { ms }) => work.flops / ms / 1e6

/** A ceiling exists for the numbers of threads that were asked for, and for one. */
const cells = (work, result, roofline) => [
  figure(result.fastest),
  figure(result.ms),
  percent(result.spread),
  ...result.ratios.map((ratio) => `${figure(ratio)}×`),
  figure(gflops(work, result)),
  percent(roofline.reached(work, result.threads, result.ms)),
]

const label = ({ system, threads }) => `${system.label}, ${plural(threads, 'thread')}`

const row = ([name, ...numbers]) => `  ${name.padEnd(30)}${numbers.map((one) => one.padStart(9)).join('')}`

/** How long the engine took for the first step, which it compiles; nothing where there are no steps. */
const firstSteps = (results) => {
  const found = results.filter(({ firstStep }) => firstStep !== undefined)
  if (found.length === 0) return []
  const times = found.map(
    ({ firstStep, threads }) => `${figure(firstStep)} ms on ${plural(threads, 'thread')}`,
  )
  return [`first step of @vae/wasm, with its compilation: ${times.join(', ')}`]
}

/** The result of one work for a terminal. */
export const workText = (work, results, threads, roofline) =>
  [
    `\n${work.title}`,
    row(['', 'fastest', 'ms', 'spread', ...threads.map((n) => `ours(${n})`), 'GFLOP/s', 'roofline']),
    ...results.map((result) =>
      result.absent === undefined
        ? row([label(result), ...cells(work, result, roofline)])
        : `  ${result.system.label.padEnd(30)} absent: ${result.absent}`,
    ),
    ...firstSteps(results).map((text) => `  ${text}`),
  ].join('\n')

/** What the numbers mean. */
export const legend = (rounds) =>
  `ms: median of ${plural(rounds, 'round')}. spread: between its quartiles; much of it, or a fastest far below, says\n` +
  'that the machine was busy. ours(n): time in units of the engine on n threads, so more than 1× is slower.\n' +
  'roofline: part of what so many cores can do in WebAssembly with 128-bit vectors.'

export const ceilingText = ({ ceilings }) => {
  const each = [...ceilings].map(
    ([threads, { flops, bytes }]) =>
      `${plural(threads, 'thread')} ${figure(flops / 1e9)} GFLOP/s and ${figure(bytes / 1e9)} GB/s of a triad`,
  )
  return `Roofline: ${each.join(', ')}.`
}

/** The machine, the day, and how busy the machine is before anything is measured. */
export const machine = () => {
  const all = cpus()
  const day = new Date().toISOString().slice(0, 10)
  const load = loadavg()[0].toFixed(1)
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${plural(all.length, 'core')}, Node ${process.versions.node}, load ${load}, ${day}`
}

const versions = (measured) => {
  const found = new Map(
    measured.flatMap(({ results }) =>
      results.filter(({ version }) => version).map((one) => [one.system.label, one.version]),
    ),
  )
  return [...found].map(([name, version]) => `${name.split(',')[0]} ${version}`).join(', ')
}

const tableRow = (work, result, threads, roofline) =>
  result.absent === undefined
    ? [result.system.label, result.threads, ...cells(work, result, roofline)]
    : [result.system.label, '', `absent: ${result.absent}`, ...Array(4 + threads.length).fill('')]

/** Rewrites the table of the document. */
export const record = (measured, threads, roofline, rounds, where) => {
  const rows = measured.flatMap(({ work, results }) =>
    results.map((result, i) => [
      i === 0 ? `**${work.title}**` : '',
      ...tableRow(work, result, threads, roofline),
    ]),
  )
  const ratios = threads.map((n) => ` ours on ${plural(n, 'thread')} = 1 |`).join('')
  const content = [
    `${where}; medians of ${plural(rounds, 'round')}. ${ceilingText(roofline)} Systems: ${versions(measured)}.`,
    '',
    `| work | system | threads | fastest, ms | median, ms | spread |${ratios} GFLOP/s | of roofline |`,
    `|---|---|--:|--:|--:|--:|${threads.map(() => '--:|').join('')}--:|--:|`,
    ...rows.map((one) => `| ${one.join(' | ')} |`),
    '',
    ...measured.flatMap(({ work, results }) => firstSteps(results).map((text) => `- ${work.title}: ${text}`)),
  ].join('\n')
  const file = fromRoot(path)
  writeFileSync(file, replaceBetween(readFileSync(file, 'utf8'), 'results', content))
}
