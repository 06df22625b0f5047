import type { Application, Structured, StructuredApplication } from '../tape.ts'
import { checkpoint } from './checkpoint.ts'
import { cond } from './cond.ts'
import { customVjp } from './custom-vjp.ts'
import type { StructuredDefinition } from './definition.ts'
import { scan } from './scan.ts'

type Definitions = { readonly [S in Structured]: StructuredDefinition<S> }

/** The rows of every structured primitive. */
export const structuredDefinitions = { checkpoint, customVjp, scan, cond } satisfies Definitions

/** The rows of one structured primitive, whose parameters come with it from one application. */
export const structuredDefinition = (primitive: Structured): StructuredDefinition<Structured> =>
  // The application ties the parameters to the primitive; TypeScript cannot see that across the union.
  (structuredDefinitions as { readonly [S in Structured]: object })[
    primitive
  ] as StructuredDefinition<Structured>

/**
 * Whether an application is that of a structured primitive.
 *
 * ```ts
 * tape.applications.some(isStructured) // → false
 * ```
 */
export const isStructured = (application: Application): application is StructuredApplication =>
  application.primitive in structuredDefinitions
