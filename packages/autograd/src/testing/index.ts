export { applicationTape } from './application-tape.ts'
export * from './arbitraries.ts'
export type { Checked } from './checked.ts'
export { checkVjpJvp } from './duality.ts'
export { type CompiledCheckOptions, checkCompiled } from './engines.ts'
export { checkGolden, type Functions, type GoldenCase, readGolden } from './golden.ts'
export {
  checkGradients,
  type GradientCheckOptions,
  type GradientReport,
} from './gradients.ts'
export { casesOf, type PrimitiveCase, primitiveCases } from './primitive-cases.ts'
export { type Program, type ProgramStep, programs, programTape, runProgram, showProgram } from './programs.ts'
export {
  type StructuredCase,
  structuredCases,
  structuredCasesOf,
  structuredTape,
} from './structured-cases.ts'
export { checkVmap } from './vectorisation.ts'
