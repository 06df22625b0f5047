import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What runs for each mutant: one file, so that the sources load once. */
export default defineConfig({
  resolve: { alias: { '@vae/tensor': at('../../packages/tensor/src/index.ts') } },
  test: {
    root: at('../..'),
    include: ['.ci/mutation/rules.test.ts'],
    setupFiles: [at('./setup.ts')],
    testTimeout: 60_000,
  },
})
