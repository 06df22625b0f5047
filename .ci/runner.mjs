import { Failure } from './process.mjs'

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`

const summary = (rows, passed, failed) => {
  const width = Math.max(...rows.map(({ name }) => name.length))
  console.log('\nSummary')
  for (const { name, time, ok } of rows)
    console.log(`  ${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${seconds(time).padStart(8)}`)
  console.log(`\n${passed} passed, ${failed} failed`)
}

/**
 * Runs steps in order up to the first that fails. A step is a name and a function that resolves to how many
 * single checks it made (one, if it says nothing) or throws a `Failure`.
 */
export const runSteps = async (steps) => {
  const rows = []
  let passed = 0
  for (const { name, check } of steps) {
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`)
    const begin = performance.now()
    const finish = (ok) => rows.push({ name, time: performance.now() - begin, ok })
    try {
      passed += (await check()) ?? 1
      finish(true)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      finish(false)
      console.error(`${error.message}\nThe step "${name}" failed.`.trim())
      summary(rows, passed + error.passed, error.failed)
      throw new Failure('')
    }
  }
  summary(rows, passed, 0)
}
