import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot } from '../process.mjs'
import { readText } from '../workspace.mjs'

const clause = String.raw`(?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?)?\s*from\s*`
const patterns = [
  { kind: 'type', pattern: new RegExp(`^\\s*(?:import|export)\\s+type\\s+${clause}['"]([^'"]+)['"]`, 'gm') },
  {
    kind: 'static',
    pattern: new RegExp(`^\\s*(?:import|export)\\s*(?!type\\s)${clause}['"]([^'"]+)['"]`, 'gm'),
  },
  { kind: 'static', pattern: /^\s*import\s*['"]([^'"]+)['"]/gm },
  { kind: 'dynamic', pattern: /\bimport\(\s*['"]([^'"]+)['"]/g },
]

/** Every import of the sources of a package: file, kind (`type`, `static`, `dynamic`) and specifier. */
export const importsOf = (packagePath) =>
  readdirSync(fromRoot(`${packagePath}/src`), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const path = join(packagePath, 'src', file).replaceAll('\\', '/')
      const text = readText(path)
      return patterns.flatMap(({ kind, pattern }) =>
        [...text.matchAll(pattern)].map((match) => ({ path, kind, specifier: match[1] })),
      )
    })
