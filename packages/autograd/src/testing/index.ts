export { applicationTape } from './application-tape.ts'
export * from './arbitraries.ts'
export { checkVjpJvp } from './duality.ts'
export { checkEngine, type EngineCheckOptions } from './engines.ts'
export { checkGolden, type Functions, type GoldenCase, readGolden } from './golden.ts'
export {
  checkGradients,
  checkTapeGradients,
  type GradientCheckOptions,
  type GradientReport,
} from './gradients.ts'
export { casesOf, type PrimitiveCase, primitiveCases } from './primitive-cases.ts'
export { type Program, type ProgramStep, programs, programTape, runProgram } from './programs.ts'
export { checkBatching } from './vectorisation.ts'
