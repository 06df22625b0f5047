import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { replaceBetween } from '../document.mjs'
import { fromRoot } from '../process.mjs'

const path = 'docs/benchmarks.md'

/** Three digits: more would be noise. */
const figure = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

export const gflops = (work, { ms }) => work.flops / ms / 1e6

const cells = (work, result, roofline) => [
  result.system.label,
  figure(result.fastest),
  figure(result.ms),
  `${figure(result.ratio)}×`,
  figure(gflops(work, result)),
  `${figure(100 * roofline.reached(work, result.ms))} %`,
]

const label = ({ system, threads }) => `${system.label}, ${plural(threads, 'thread')}`

const row = ([name, ...numbers]) => `  ${name.padEnd(30)}${numbers.map((one) => one.padStart(9)).join('')}`

/** The result of one work for a terminal of 80 columns. */
export const workText = (work, results, roofline) =>
  [
    `\n${work.title}`,
    row(['', 'fastest', 'ms', 'time', 'GFLOP/s', 'roofline']),
    ...results.map((result) =>
      result.absent === undefined
        ? row([label(result), ...cells(work, result, roofline).slice(1)])
        : `  ${result.system.label.padEnd(30)} absent: ${result.absent}`,
    ),
  ].join('\n')

/** What the numbers mean. */
export const legend = (rounds) =>
  `ms: median of ${plural(rounds, 'round')}; a fastest far below says that the machine was busy.\n` +
  'time: in units of ours, so more than 1× is slower than the engine.\n' +
  'roofline: part of what one core can do in WebAssembly with 128-bit vectors.'

export const ceilingText = (roofline) => {
  const { flops, bytes } = roofline.ceilings()
  return `Roofline of one core: ${figure(flops / 1e9)} GFLOP/s, ${figure(bytes / 1e9)} GB/s.`
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
  return [...found]
    .slice(1)
    .map(([name, version]) => `${name.split(',')[0]} ${version}`)
    .join(', ')
}

const tableRow = (work, result, roofline) =>
  result.absent === undefined
    ? [result.system.label, result.threads, ...cells(work, result, roofline).slice(1)]
    : [result.system.label, '', `absent: ${result.absent}`, '', '', '', '']

/** Rewrites the table of the document. */
export const record = (measured, roofline, rounds, where) => {
  const rows = measured.flatMap(({ work, results }) =>
    results.map((result, i) => [i === 0 ? `**${work.title}**` : '', ...tableRow(work, result, roofline)]),
  )
  const content = [
    `${where}; medians of ${plural(rounds, 'round')}. ${ceilingText(roofline)} Peers: ${versions(measured)}.`,
    '',
    '| work | system | threads | fastest, ms | median, ms | time, ours = 1 | GFLOP/s | of roofline |',
    '|---|---|--:|--:|--:|--:|--:|--:|',
    ...rows.map((one) => `| ${one.join(' | ')} |`),
  ].join('\n')
  const file = fromRoot(path)
  writeFileSync(file, replaceBetween(readFileSync(file, 'utf8'), 'results', content))
}
