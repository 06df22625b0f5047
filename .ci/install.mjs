import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Failure, fromRoot, runPnpm, statusLine } from './process.mjs'
import { manifests, pnpmVersion, readText } from './workspace.mjs'

/** What an installation depends on: the files of a lock, and the platform for native binaries. */
const fingerprint = (paths) => {
  const hash = createHash('sha256')
  hash.update(`${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}\n`)
  for (const path of paths) hash.update(readText(path))
  return hash.digest('hex')
}

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Installs the packages of the lock file in a folder, unless that is what its `node_modules` holds already. `paths`
 * are the files that the installation depends on.
 */
export const installFolder = async (folder, paths, what) => {
  const stamp = fromRoot(`${folder}/node_modules/.installed`)
  const wanted = fingerprint(paths)
  if (read(stamp) === wanted) return
  const begin = performance.now()
  // not on standard output, where a command may write what programs read
  console.error(`Installing ${what} …`)
  const line = statusLine(process.stderr)
  const { code, output } = await runPnpm(pnpmVersion, ['--dir', folder, 'install', '--frozen-lockfile'], {
    onOutput: line.show,
    // CI: never ask. NODE_ENV: with "production" pnpm would leave out what builds this project.
    env: { CI: 'true', NODE_ENV: 'development' },
  })
  line.clear()
  if (code !== 0) {
    const details = output.trim().split('\n').slice(-12).join('\n  ')
    throw new Failure(
      `Installing ${what} with pnpm ${pnpmVersion} failed; it needs access to the npm registry, and said:\n  ${details}`,
    )
  }
  writeFileSync(stamp, wanted)
  console.error(`Installed in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}

/** Installs the packages that this repository is made of. */
export const install = () =>
  installFolder('.', ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests], 'packages')
