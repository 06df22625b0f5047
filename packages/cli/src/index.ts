export { runCommandLine } from './cli.ts'
export { type ModelKind, modelKinds } from './models/registry.ts'
export { type RunConfig, runConfig } from './run/config.ts'
export { type MetricsLine, metricsLine } from './run/metrics.ts'
