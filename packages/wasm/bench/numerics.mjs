// Measures the errors of the vector functions in each build of the kernels and writes docs/numerics.md:
// node packages/wasm/bench/numerics.mjs [--step N] (after a build). Every N-th float of all 2³² is tried: with the
// default of 257 a minute, with 1 some hours. Fails where an error exceeds the stated one.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { numerics } from '@vae/tensor'
import { replaceBetween } from '../../../.ci/document.mjs'
import { wasmEngine } from '../dist/engine.js'
import { availableFeatures } from '../dist/features.js'

const { values } = parseArgs({ options: { step: { type: 'string', default: '257' } } })
const step = Number(values.step)
const stated = JSON.parse(
  readFileSync(new URL('../src/testing/function-errors.json', import.meta.url), 'utf8'),
)

const chunk = 2 ** 16
const engines = await Promise.all(
  availableFeatures().map((features) => wasmEngine({ relaxed: features === 'relaxed-simd' })),
)

/** One function of an engine on vectors of `chunk` elements. */
const load = (engine, name, arity) => {
  const spec = { shape: [chunk], dtype: 'f32' }
  const ids = Array.from({ length: arity }, (_, i) => i)
  return engine.load(
    {
      values: [...ids.map(() => spec), spec],
      inputs: ids.map((id) => ({ id, name: `x${id}` })),
      constants: [],
      applications: [{ primitive: name, parameters: {}, operands: ids, results: [arity] }],
      outputs: [arity],
    },
    { donations: [] },
  )
}

const float = new Float32Array(1)
const word = new Int32Array(float.buffer)

/** Floats in order as integers, −0 as 0. */
const ordered = (x) => {
  float[0] = x
  return word[0] < 0 ? -(word[0] & 0x7fffffff) : word[0]
}

/** The error of a float in units in the last place of the exact value; beyond the floats, in floats. */
const ulps = (actual, exact) => {
  if (Number.isNaN(actual) || Number.isNaN(exact))
    return Number.isNaN(actual) === Number.isNaN(exact) ? 0 : Infinity
  float[0] = exact
  const rounded = float[0]
  if (!Number.isFinite(rounded) || !Number.isFinite(actual)) return Math.abs(ordered(actual) - ordered(exact))
  const exponent = Math.max(1, (word[0] >> 23) & 0xff) - 127
  return Math.abs(actual - exact) / 2 ** (exponent - 23)
}

/** Arguments in chunks: every `step`-th float, or for powers pairs whose result is mostly a float. */
const everyFloat = function* () {
  const bits = new Uint32Array(chunk)
  for (let first = 0; first < 2 ** 32; first += chunk * step) {
    for (let i = 0; i < chunk; i++) bits[i] = Math.min(first + i * step, 2 ** 32 - 1)
    yield [new Float32Array(bits.buffer)]
  }
}
const pairs = function* () {
  for (let round = 0; round < 2 ** 32 / chunk / step / 4; round++) {
    const x = Float32Array.from({ length: chunk }, (_, i) =>
      i % 2 === 0 ? 2 ** ((Math.random() - 0.5) * 290) : 1 + (Math.random() - 0.5) / 8,
    )
    yield [x, x.map((value) => ((Math.random() - 0.5) * 300) / Math.log2(value))]
  }
}

/** The largest error of a function in each engine, and where it is. */
const measure = (name) => {
  const exactly = numerics[name]
  const arity = name === 'pow' ? 2 : 1
  const programs = engines.map((engine) => load(engine, name, arity))
  const worst = engines.map(() => ({ error: 0, at: [] }))
  for (const operands of arity === 2 ? pairs() : everyFloat()) {
    const inputs = operands.map((data) => ({ shape: [chunk], dtype: 'f32', data }))
    const results = programs.map((program) => program.run(inputs)[0].data)
    for (let i = 0; i < chunk; i++) {
      const exact = exactly(operands[0][i], operands[1]?.[i])
      results.forEach((result, engine) => {
        const error = ulps(result[i], exact)
        if (!(error <= worst[engine].error))
          worst[engine] = { error, at: operands.map((operand) => operand[i]) }
      })
    }
  }
  for (const program of programs) program.close()
  return worst
}

const rows = Object.entries(stated).map(([name, bound]) => {
  const worst = measure(name)
  for (const [i, { error, at }] of worst.entries())
    if (!(error <= bound)) {
      console.error(`${name}(${at}) is ${error} ulp off in the ${engines[i].features} build, not ${bound}`)
      process.exitCode = 1
    }
  const cells = worst.map(
    ({ error, at }) => `${error.toFixed(3)} | ${at.map((x) => x.toPrecision(9)).join(', ')}`,
  )
  return `| ${name} | ${bound} | ${cells.join(' | ')} |`
})

const header = engines.map(({ features }) => `${features} | at`).join(' | ')
const table = [
  `| function | stated, ulp | ${header} |`,
  `|---|--:|${engines.map(() => '--:|--:|').join('')}`,
  ...rows,
].join('\n')
const note = step === 1 ? 'Every float was tried.' : `Every ${step}th float of both signs was tried.`
const page = new URL('../../../docs/numerics.md', import.meta.url)
writeFileSync(page, replaceBetween(readFileSync(page, 'utf8'), 'errors', `${note}\n\n${table}`))
console.log(table)
