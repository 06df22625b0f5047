import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The absolute path of a file of the repository. */
export const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const read = (path: string): string => readFileSync(fromRoot(path), 'utf8')

const exists = (path: string): boolean => existsSync(fromRoot(path))

const filesUnder = (folder: string): string[] =>
  exists(folder)
    ? readdirSync(fromRoot(folder), { recursive: true, encoding: 'utf8' })
        .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
        .sort()
    : []

const packages = readdirSync(fromRoot('packages')).sort()

/** The sources of all packages, without tests and generated files. */
export const sources: readonly string[] = packages
  .flatMap((name) => filesUnder(`packages/${name}/src`))
  .filter((path) => path.endsWith('.ts') && !/\.(test|test-d|generated)\.ts$/.test(path))

/** Documents for readers: they must show whole programs. */
export const pages: readonly string[] = ['README.md', ...packages.map((name) => `packages/${name}/README.md`)]
  .filter(exists)
  .concat(filesUnder('docs').filter((path) => path.endsWith('.md')))

/** What a user may import, such as `@vae/data/node`, with the source that it stands for. */
export const entryPoints: ReadonlyMap<string, string> = new Map(
  packages
    .flatMap((name) =>
      ['', '/node', '/testing'].map(
        (part) => [`@vae/${name}${part}`, `packages/${name}/src${part}/index.ts`] as const,
      ),
    )
    .filter(([, path]) => exists(path)),
)
