import { Failure } from '../process.mjs'
import { typescript6, typescript7 } from './compilers.mjs'
import { programsFrom } from './generate.mjs'
import { judge } from './judge.mjs'
import { limitOf } from './limits.mjs'
import { printModule, showProgram } from './print.mjs'

const programsPerModule = 100

const inBatches = (list) =>
  Array.from({ length: Math.ceil(list.length / programsPerModule) }, (_, index) =>
    list.slice(index * programsPerModule, (index + 1) * programsPerModule),
  )

/** The programs as modules. `types` holds, for each module, the types to state. */
const modulesOf = (batches, types = []) => {
  const printed = batches.map((batch, index) => printModule(batch, types[index]))
  const modules = Object.fromEntries(printed.map(({ text }, index) => [`m${index}.ts`, text]))
  const ownerOf = ({ module, line }) => {
    const index = Number(/\d+/.exec(module)[0])
    return { ...printed[index].ownerOf(line), module: index }
  }
  return { modules, ownerOf }
}

/** The complaints about each program of each batch. */
const sortComplaints = (batches, diagnostics, ownerOf) => {
  const complaints = batches.map((batch) => batch.map(() => []))
  for (const diagnostic of diagnostics) {
    const { module, program, call, states } = ownerOf(diagnostic)
    if (call === undefined) throw new Failure(`a generated program is broken: ${diagnostic.message}`)
    complaints[module][program].push({ call, states, message: diagnostic.message })
  }
  return complaints
}

/** What a compiler gets wrong: findings with their program. */
const findingsOf = (compiler, batches, complaints, types) =>
  batches.flatMap((batch, module) =>
    batch.flatMap((program, index) => {
      const found = judge(program, complaints[module][index], types?.[module][index])
      return found === undefined
        ? []
        : [{ compiler, program, ...found, limit: limitOf({ program, ...found }) }]
    }),
  )

/** The types of the results of each program, from those of a module. */
const typesOf = (batches, found) =>
  batches.map((batch, module) =>
    batch.map(
      (program, index) =>
        new Map(
          program.calls.flatMap(({ name }) => {
            const type = found[module].get(`program${index} ${name}`)
            return type === undefined ? [] : [[name, type]]
          }),
        ),
    ),
  )

/** Compiles programs with both compilers and compares with their runs. */
const compare = async (programs) => {
  const batches = inBatches(programs)
  const plain = modulesOf(batches)
  const six = typescript6(plain.modules)
  const types = typesOf(batches, six.types)
  // TypeScript 7 must find exactly the types that TypeScript 6 found.
  const stated = modulesOf(batches, types)
  const seven = await typescript7(stated.modules)
  return [
    ...findingsOf('TypeScript 6', batches, sortComplaints(batches, six.diagnostics, plain.ownerOf), types),
    ...findingsOf('TypeScript 7', batches, sortComplaints(batches, seven.diagnostics, stated.ownerOf)),
  ]
}

const describe = ({ compiler, program, kind, call, expected, found }) =>
  [
    `${compiler}: ${kind}, at ${program.calls[call].expression}`,
    `  run:      ${expected}`,
    `  compiler: ${found}`,
    showProgram(program).replace(/^/gm, '    '),
  ].join('\n')

const tally = (list, keyOf) => {
  const counts = new Map()
  for (const item of list) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

const summary = (programs) => {
  const wrong = programs.filter(({ calls }) => calls.some(({ failed }) => failed)).length
  const calls = programs.flatMap((program) => program.calls)
  const share = Math.round((100 * wrong) / programs.length)
  const kinds = tally(programs, ({ kind }) => kind).map(([kind, count]) => `${count} ${kind}`)
  const used = tally(calls, ({ operation }) => operation).length
  return `${programs.length} programs (${kinds.join(', ')}), ${calls.length} calls of ${used} operations, ${share} % ill-shaped`
}

/** Generates programs and checks that types and run agree. Resolves to their number. */
export const checkPrograms = async (seed, count) => {
  const programs = programsFrom(seed, count)
  console.log(`seed ${seed}: ${summary(programs)}`)
  const findings = await compare(programs)
  const limits = findings.filter(({ limit }) => limit !== undefined)
  for (const [limit, times] of tally(limits, ({ limit }) => limit))
    console.log(`explained by "${limit}": ${times}`)
  const problems = findings.filter(({ limit }) => limit === undefined)
  if (problems.length === 0) return programs.length
  const shown = problems.slice(0, 12).map(describe)
  const kinds = tally(problems, ({ kind, program, call }) => `${kind}: ${program.calls[call].operation}`)
  throw new Failure(
    [...shown, ...kinds.map(([kind, times]) => `${times} × ${kind}`), `Repeat with VAE_SEED=${seed}.`].join(
      '\n\n',
    ),
  )
}
