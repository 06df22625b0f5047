import { writeFileSync } from 'node:fs'
import { Failure, fromRoot } from '../../process.mjs'
import { readJson } from '../../workspace.mjs'
import { linear } from './programs.mjs'

const path = '.ci/types/cost/budget.json'

/** How far a number may exceed the recorded one. */
const tolerance = 1.05

export const recordBudget = (instantiations) =>
  writeFileSync(fromRoot(path), `${JSON.stringify(instantiations, null, 2)}\n`)

/** Numbers that exceed the budget, or that it does not know, and sequences that are not linear. */
export const checkBudget = (instantiations) => {
  const budget = readJson(path)
  const complaints = Object.entries(instantiations).flatMap(([name, found]) => {
    const recorded = budget[name]
    if (recorded === undefined) return [`${name}: ${found} instantiations, no budget yet`]
    return found > recorded * tolerance ? [`${name}: ${found} instantiations, the budget is ${recorded}`] : []
  })
  const ratio = instantiations[linear.long] / instantiations[linear.short]
  if (ratio > linear.most)
    complaints.push(`${linear.long}: ${ratio.toFixed(2)} times a third of it, more than ${linear.most}`)
  if (complaints.length > 0)
    throw new Failure(`${complaints.join('\n')}\nIf it must be so: node .ci/types/cost.mjs --record`)
}
