import { readdirSync, readFileSync } from 'node:fs'
import { fromRoot } from './process.mjs'

export const readText = (path) => readFileSync(fromRoot(path), 'utf8')
export const readJson = (path) => JSON.parse(readText(path))

/** The manifest at the root. */
export const root = readJson('package.json')

/** The version of pnpm in `packageManager`. */
export const pnpmVersion = root.packageManager.replace('pnpm@', '')

/** The published packages: folder name, path and manifest. */
export const packages = readdirSync(fromRoot('packages')).map((name) => ({
  name,
  path: `packages/${name}`,
  manifest: readJson(`packages/${name}/package.json`),
}))

/** Every manifest of the workspace, by path. */
export const manifests = ['package.json', '.ci/consumer/package.json', 'examples/package.json'].concat(
  packages.map(({ path }) => `${path}/package.json`),
)
