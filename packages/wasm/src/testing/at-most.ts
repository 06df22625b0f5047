import fc from 'fast-check'

/** Fewer cases at large counts, for a property of which one case compiles a program, or several. */
export const atMost = (cases: number): { readonly numRuns: number } => ({
  numRuns: Math.min(cases, fc.readConfigureGlobal().numRuns!),
})
