import { type Engine, evaluate } from '@vae/autograd'
import { type Primitive, type PrimitiveParameters, sameShape, showShape } from '@vae/tensor'
import type { Case } from './case.ts'
import { disagreement, ulpsApart } from './compare.ts'
import { randomIndices, randomTensor, single } from './tape.ts'

/** Where an engine computes something else than the reference, as a sentence; null if nowhere. */
export const nonconformance = <P extends Primitive>(
  engine: Engine,
  primitive: P,
  { operands, parameters, ulps = 0, bound = 0 }: Case<PrimitiveParameters[P]>,
): string | null => {
  const tensors = operands.map(({ shape, dtype, seed, special, below }) =>
    below === undefined ? randomTensor(shape, dtype, seed, special) : randomIndices(shape, seed, below),
  )
  const tape = single(primitive, parameters, operands)
  const program = engine.load(tape, { donations: [] })
  const [actual] = program.run(tensors)
  program.close()
  const [expected] = evaluate(tape, tensors)
  if (actual!.dtype !== expected!.dtype || !sameShape(actual!.shape, expected!.shape))
    return `${actual!.dtype}${showShape(actual!.shape)} instead of ${expected!.dtype}${showShape(expected!.shape)}`
  return disagreement(
    actual!.data,
    expected!.data,
    (a, b) => ulpsApart(a, b) <= ulps || Math.abs(a - b) <= bound,
  )
}
