import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Failure, fromRoot, runPnpm } from './process.mjs'
import { manifests, pnpmVersion, readText } from './workspace.mjs'

const stamp = fromRoot('node_modules/.installed')

/** What an installation depends on: manifests, lock file, and the platform for native binaries. */
const fingerprint = () => {
  const hash = createHash('sha256')
  hash.update(`${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}\n`)
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) hash.update(readText(path))
  return hash.digest('hex')
}

const installed = () => {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined
  }
}

/** On a terminal, keeps the newest line of the output on one line of the screen. */
const progressLine = () => {
  if (!process.stdout.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: (text) => {
      const line = text.trim().split('\n').at(-1) ?? ''
      process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`)
    },
    clear: () => process.stdout.write('\r\x1b[K'),
  }
}

/** Installs the packages of the lock file, unless that is what `node_modules` holds already. */
export const install = async () => {
  const wanted = fingerprint()
  if (installed() === wanted) return
  const begin = performance.now()
  console.log('Installing packages …')
  const line = progressLine()
  const { code, output } = await runPnpm(pnpmVersion, ['install', '--frozen-lockfile'], {
    onOutput: line.show,
    // CI: never ask. NODE_ENV: with "production" pnpm would leave out what builds this project.
    env: { CI: 'true', NODE_ENV: 'development' },
  })
  line.clear()
  if (code !== 0) {
    const details = output.trim().split('\n').slice(-12).join('\n  ')
    throw new Failure(
      `Installing the packages with pnpm ${pnpmVersion} failed; it needs access to the npm registry, and said:\n  ${details}`,
    )
  }
  writeFileSync(stamp, wanted)
  console.log(`Installed in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}
