import { pathToFileURL } from 'node:url'
import { Failure } from '../process.mjs'
import { checkBudget, recordBudget } from './cost/budget.mjs'
import { compilers, instantiationsOf } from './cost/measure.mjs'
import { baseline, modelPrograms, operationPrograms } from './cost/programs.mjs'
import { writeTables } from './cost/table.mjs'

/** Instantiations of every operation beyond the baseline, and of every model. */
const countAll = () => {
  const ground = instantiationsOf('baseline', baseline)
  return Object.fromEntries([
    ...modelPrograms.map(([name, text]) => [name, instantiationsOf(name, text)]),
    ...operationPrograms.map(([name, text]) => [name, instantiationsOf(name, text) - ground]),
  ])
}

/** Checks the budget. Resolves to how many programs were measured. */
export const checkCost = () => {
  const counts = countAll()
  checkBudget(counts)
  const [models, operations] = [modelPrograms.length, operationPrograms.length]
  console.log(`${operations} operations and ${models} models within the budget of instantiations`)
  return models + operations
}

const both = async (name, text, times) => {
  const [six, seven] = Object.values(compilers)
  return [name, await six(name, text, times), await seven(name, text, times)]
}

const beyond = (ground, found) => ({
  instantiations: found.instantiations - ground.instantiations,
  seconds: Math.max(0, found.seconds - ground.seconds),
})

/** Records what there is as the budget, and rewrites docs/type-cost.md with both compilers' reports. */
const record = async () => {
  recordBudget(countAll())
  const models = []
  for (const [name, text] of modelPrograms) models.push(await both(name, text, 5))
  const [, ...ground] = await both('baseline', baseline, 5)
  const operations = []
  for (const [name, text] of operationPrograms) {
    const [, ...found] = await both(name, text, 1)
    operations.push([`\`${name}\``, ...found.map((one, compiler) => beyond(ground[compiler], one))])
  }
  writeTables(models, operations)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv.includes('--record')) await record()
    else checkCost()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
