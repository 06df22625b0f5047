import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const packages = ['tensor', 'autograd', 'wasm', 'models', 'metrics', 'data', 'train', 'cli'] as const

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Tests read the sources of every package, so that they never run against a stale build. */
const alias = packages.flatMap((name) => [
  { find: new RegExp(`^@vae/${name}$`), replacement: at(`./packages/${name}/src/index.ts`) },
  { find: new RegExp(`^@vae/${name}/(.+)$`), replacement: at(`./packages/${name}/src/$1/index.ts`) },
])

const roots = [
  ...packages.map((name) => ({ name, root: `packages/${name}` })),
  { name: 'examples', root: 'examples' },
  { name: 'docs', root: '.ci/docs' },
]

/** Whose modules keep nothing between tests but caches and engines: their files share a process, and load the sources once. */
const stateless: readonly string[] = ['tensor', 'autograd', 'wasm', 'models', 'metrics', 'data', 'train']

const deep = process.env.VAE_DEEP === '1'

export default defineConfig({
  test: {
    // By default vitest leaves a core to itself, which on two is half of them.
    maxWorkers: availableParallelism(),
    projects: roots.map(({ name, root }) => ({
      resolve: { alias },
      test: {
        name,
        root,
        include: ['**/*.test.ts'],
        setupFiles: [at('./.ci/vitest.setup.ts')],
        env: { VAE_PROJECT: name },
        isolate: !stateless.includes(name),
        testTimeout: deep ? 600_000 : 60_000,
        hookTimeout: deep ? 600_000 : 60_000,
      },
    })),
  },
})
