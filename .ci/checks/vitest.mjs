import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, runNode } from '../process.mjs'
import { reportCases } from './cases.mjs'

/** Runs the tests of all vitest projects, or of files that match, and resolves to the number that passed. */
export const vitest = async (env = {}, ...files) => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-test-'))
  const report = join(folder, 'report.json')
  try {
    const { code } = await runNode(
      'node_modules/vitest/vitest.mjs',
      ['run', ...files, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      { inherit: true, env },
    )
    const results = readReport(report)
    const counts = countsOf(results)
    if (code !== 0) throw new Failure('', counts)
    reportCases(results, env.VAE_DEEP === '1')
    return counts.passed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readReport = (report) => {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, testResults: [] }
  }
}

// A file that does not load fails the run without a failed test.
const countsOf = ({ numPassedTests, numFailedTests }) => ({
  passed: numPassedTests,
  failed: Math.max(1, numFailedTests),
})
