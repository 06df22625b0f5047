import { posix } from 'node:path'
import { Failure } from '../process.mjs'
import { packages, readJson, root } from '../workspace.mjs'
import { importsOf } from './imports.mjs'

/** What each package may import of the others. Every row names only rows above it, so there is no cycle. */
const allowed = {
  tensor: [],
  autograd: ['tensor'],
  wasm: ['tensor', 'autograd'],
  models: ['tensor', 'autograd'],
  metrics: ['tensor', 'autograd', 'models'],
  data: ['tensor'],
  train: ['tensor', 'autograd', 'data', 'metrics'],
  cli: ['tensor', 'autograd', 'wasm', 'models', 'metrics', 'data', 'train'],
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Tests, and what only they use: a folder `testing` that is no entry point. */
const isTest = (path) =>
  /\.test(-d)?\.ts$/.test(path) ||
  packages.some(
    ({ path: folder, manifest }) =>
      path.startsWith(`${folder}/src/testing/`) && !('./testing' in manifest.exports),
  )

/** Entry points that may use Node; everything else also runs in a browser. */
const mayUseNode = (path) => isTest(path) || path.startsWith('packages/cli/') || path.includes('/src/node/')

const complaint = ({ name, path: folder, manifest }, { path, kind, specifier }) => {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    return target.startsWith(`${folder}/src/`) ? undefined : 'reaches outside its package'
  }
  if (specifier.startsWith('node:'))
    return kind !== 'static' || mayUseNode(path)
      ? undefined
      : 'would not run in a browser; Node belongs under src/node or behind a dynamic import'
  const imported = packageOf(specifier)
  if (imported === manifest.name) return undefined
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
  if (isTest(path)) Object.assign(declared, manifest.devDependencies, root.devDependencies)
  if (imported.startsWith('@vae/') && !allowed[name].includes(imported.slice('@vae/'.length)))
    return `imports upwards; ${manifest.name} may import ${allowed[name].join(', ') || 'no other package'}`
  return imported in declared ? undefined : 'is not in package.json'
}

const manifestComplaints = ({ name, path, manifest }) => {
  const dependencies = Object.keys(manifest.dependencies ?? {})
    .filter((dependency) => dependency.startsWith('@vae/'))
    .map((dependency) => dependency.slice('@vae/'.length))
  const references = (readJson(`${path}/tsconfig.json`).references ?? []).map((entry) =>
    posix.basename(entry.path),
  )
  const upwards = dependencies.filter((dependency) => !allowed[name].includes(dependency))
  return [
    ...upwards.map((dependency) => `${path}/package.json: @vae/${dependency} is above ${manifest.name}`),
    ...(String(dependencies.toSorted()) === String(references.toSorted())
      ? []
      : [`${path}/tsconfig.json: references [${references}] differ from the dependencies [${dependencies}]`]),
  ]
}

/** Checks imports and manifests against the table above. */
export const layers = () => {
  const unknown = packages
    .filter(({ name }) => !(name in allowed))
    .map(({ path }) => `${path}: not in the table`)
  const problems = packages
    .filter(({ name }) => name in allowed)
    .flatMap((entry) => [
      ...manifestComplaints(entry),
      ...importsOf(entry.path).flatMap((found) => {
        const reason = complaint(entry, found)
        return reason === undefined ? [] : [`${found.path}: '${found.specifier}' ${reason}`]
      }),
    ])
    .concat(unknown)
  if (problems.length > 0) throw new Failure(problems.join('\n'))
  console.log(`${packages.length} packages import only what lies below them`)
}
