import { bind, type Primitive } from '@vae/tensor'
import { record } from '../recorder.ts'
import type { Tape } from '../tape.ts'
import type { PrimitiveCase } from './primitive-cases.ts'

/** The tape that applies one primitive to inputs `x0`, `x1`, … */
export const applicationTape = <P extends Primitive>({
  primitive,
  operands,
  parameters,
}: PrimitiveCase<P>): Tape =>
  record(
    (inputs) => [bind(primitive, inputs, parameters)],
    operands.map(({ shape, dtype }, index) => ({ shape, dtype, name: `x${index}` })),
  ).tape
