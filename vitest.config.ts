import { defineConfig } from 'vitest/config'

const packages = ['tensor', 'autograd', 'wasm', 'models', 'metrics', 'data', 'train', 'cli'] as const

/** Tests read the sources of every package, so that they never run against a stale build. */
const alias = packages.flatMap((name) => {
  const source = new URL(`./packages/${name}/src/`, import.meta.url).pathname
  return [
    { find: new RegExp(`^@vae/${name}$`), replacement: `${source}index.ts` },
    { find: new RegExp(`^@vae/${name}/(.+)$`), replacement: `${source}$1/index.ts` },
  ]
})

export default defineConfig({
  test: {
    projects: packages.map((name) => ({
      resolve: { alias },
      test: { name, root: `packages/${name}`, include: ['src/**/*.test.ts'], testTimeout: 60_000 },
    })),
  },
})
