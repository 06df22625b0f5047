import {
  checkpoint,
  compileWith,
  inlineStructured,
  recordFunction,
  simplify,
  valueAndGrad,
} from '@vae/autograd'
import { add, gelu, layerNorm, matmul, mul, square, sum, type Tensor } from '@vae/tensor'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { type Plan, planOf } from './plan.ts'
import { someSizes } from './testing/sizes.ts'
import { randomTensor } from './testing/tape.ts'

type Activations = Tensor<[256, 32]>
type Layer = { readonly up: Tensor<[32, 32]>; readonly down: Tensor<[32, 32]> }

// `randomTensor` gives the shape that it is given, in a type that has forgotten it.
const normal = <const S extends number[]>(shape: S, seed: number): Tensor<S> =>
  randomTensor(shape, 'f32', seed) as unknown as Tensor<S>

/** A residual block: x + gelu(norm(x) · up) · down. */
const block = (x: Activations, { up, down }: Layer): Activations =>
  add(x, mul(matmul(gelu(matmul(layerNorm(x), up)), down), 0.1))

const inOrder = (layers: readonly Layer[], x: Activations): Activations => layers.reduce(block, x)

const loss =
  (apply: (layers: readonly Layer[], x: Activations) => Activations) =>
  (layers: readonly Layer[], x: Activations): Tensor<[]> =>
    sum(square(apply(layers, x)), [0, 1])

/** Groups of about √24 layers, each of them checkpointed. */
const inGroups = (layers: readonly Layer[], x: Activations): Activations => {
  const starts = layers.flatMap((_, index) => (index % 5 === 0 ? [index] : []))
  return starts.reduce((y, start) => checkpoint(inOrder)(layers.slice(start, start + 5), y), x)
}

const layers = Array.from(
  { length: 24 },
  (_, index): Layer => ({
    up: normal([32, 32], 2 * index + 1),
    down: normal([32, 32], 2 * index + 2),
  }),
)
const x = normal([256, 32], 99)

const planned = (apply: typeof inOrder): Plan =>
  planOf(
    simplify(inlineStructured(recordFunction(valueAndGrad(loss(apply)), [layers, x]).tape)),
    [],
    someSizes,
  )

const peak = ({ bytes }: Plan): number => bytes.scratch + bytes.persistent

describe('a checkpointed network of 24 layers', () => {
  test('needs at most 35 % of the memory', () => {
    expect(peak(planned(inGroups)) / peak(planned(inOrder))).toBeLessThan(0.35)
  })

  test('has the same gradients, bit for bit', async () => {
    const engine = await wasmEngine()
    const run = (apply: typeof inOrder) => compileWith(engine)(valueAndGrad(loss(apply)))(layers, x)
    expect(run(inGroups)).toEqual(run(inOrder))
  })

  test('computes each group once more, and not before its cotangent is known', () => {
    const count = ({ steps }: Plan) => steps.filter(({ label }) => label.startsWith('matmul')).length
    // The last product of a group is not needed again: its result is.
    expect(count(planned(inGroups)) - count(planned(inOrder))).toBe(2 * 24 - 5)
  })
})
