/** Mutants of the rules; `main.mjs` judges the survivors. */
export default {
  mutate: [
    'packages/autograd/src/rules/{vjp,jvp,batching,conv,batch-conv,extremum}.ts',
    'packages/autograd/src/structured/!(*.test).ts',
  ],
  // Strings here are names of primitives, which the compiler checks, and messages.
  mutator: { excludedMutations: ['StringLiteral'] },
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: '.ci/mutation/vitest.config.ts', related: false },
  // A mutant runs the tests that reach it, until one fails.
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: false,
  // For endless loops; on a busy machine a slow test must not be taken for one.
  timeoutMS: 15_000,
  ignorePatterns: [
    '**',
    '!.ci/mutation/**',
    '!packages/{autograd,tensor}/{src,golden}/**',
    '!packages/*/{package,tsconfig}.json',
    '!package.json',
    '!tsconfig*.json',
  ],
  // Vitest checks no types.
  disableTypeChecks: false,
  reporters: ['progress-append-only', 'json'],
  allowConsoleColors: false,
  cleanTempDir: 'always',
  warnings: { slow: false },
}
