import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, runNode } from '../process.mjs'

/** Runs all vitest projects and resolves to the number of tests that passed. */
export const vitest = async (env = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-test-'))
  const report = join(folder, 'report.json')
  try {
    const { code } = await runNode(
      'node_modules/vitest/vitest.mjs',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      { inherit: true, env },
    )
    const counts = readCounts(report)
    if (code !== 0) throw new Failure('', counts)
    return counts.passed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readCounts = (report) => {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    // A file that does not load fails the run without a failed test.
    return { passed: numPassedTests, failed: Math.max(1, numFailedTests) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
