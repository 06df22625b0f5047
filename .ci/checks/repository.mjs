import { existsSync, readdirSync } from 'node:fs'
import { Failure, fromRoot } from '../process.mjs'
import { manifests, packages, readJson, readText, root } from '../workspace.mjs'

/** Manifests that the workspace does not install are explained as well. */
const allManifests = [...manifests, '.ci/bench/package.json']

/** Files that may say where packages come from. They must not: that is the choice of whoever installs. */
const registryProblems = () =>
  ['.npmrc', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', ...allManifests]
    .concat(['pnpm-workspace.yaml', 'pnpm-lock.yaml'].map((name) => `.ci/bench/${name}`))
    .concat(packages.map(({ path }) => `${path}/.npmrc`))
    .filter((path) => existsSync(fromRoot(path)))
    .flatMap((path) =>
      readText(path)
        .split('\n')
        .flatMap((line, index) =>
          /registry\s*[=:]|tarball:|https?:\/\//.test(line) && !/^\s*deprecated:/.test(line)
            ? [`${path}:${index + 1} names a registry or an address: ${line.trim()}`]
            : [],
        ),
    )

const metadataProblems = () =>
  packages.flatMap(({ path, manifest }) => {
    const expected = {
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      'engines.node': root.engines.node,
      'publishConfig.access': 'public',
    }
    return Object.entries(expected).flatMap(([key, value]) => {
      const found = key.split('.').reduce((node, part) => node?.[part], manifest)
      return found === value ? [] : [`${path}/package.json: ${key} is ${found}, not ${value}`]
    })
  })

/** CONTRIBUTING gives the reason for each dependency. */
const undocumented = () => {
  const text = readText('CONTRIBUTING.md')
  const names = allManifests.flatMap((path) => {
    const { dependencies, devDependencies } = readJson(path)
    return Object.keys({ ...dependencies, ...devDependencies })
  })
  return [...new Set(names)]
    .filter((name) => !name.startsWith('@vae/') && !text.includes(`\`${name}\``))
    .map((name) => `CONTRIBUTING.md: no reason is given for \`${name}\``)
}

const expectedAtTop =
  /^(packages|docs|examples|package\.json|pnpm-(workspace|lock)\.yaml|tsconfig(\.base|\.test)?\.json|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md|biome\.json|vitest\.config\.ts|\..+|node_modules|runs|coverage)$/

const strays = () =>
  readdirSync(fromRoot('.'))
    .filter((name) => !expectedAtTop.test(name))
    .map((name) => `${name}: does not belong at the top of the repository`)

/** Things that no other tool looks at. */
export const repository = () => {
  const problems = [...registryProblems(), ...metadataProblems(), ...undocumented(), ...strays()]
  if (problems.length > 0) throw new Failure(problems.join('\n'))
  console.log('no registry address, complete manifests, every dependency explained')
}
