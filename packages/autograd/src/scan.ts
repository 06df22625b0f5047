import { type AnyTensor, allocate, mapTensors, ShapeError, showShape, type TensorSpec } from '@vae/tensor'
import { closeOver, recordBody, tensorsIn } from './closure.ts'
import { bindStructured } from './replay.ts'
import { showSpec } from './show.ts'
import type { Batched } from './vmap.ts'

/** What one step gives: the carry of the next one, and an output. */
export interface Step<C, Y> {
  readonly carry: C
  readonly output: Y
}

/** What all steps give: the last carry, and the outputs with an axis of size N in front. */
export interface Scanned<C, Y, N extends number> {
  readonly carry: C
  readonly outputs: Batched<N, Y>
}

/** How a scan runs. */
export interface ScanOptions {
  /** From the last element to the first; outputs keep the places of their inputs. */
  readonly reverse?: boolean
}

/** The size of the first axis, which all tensors share. */
const lengthOf = (tensors: readonly AnyTensor[]): number => {
  const [first, ...rest] = tensors
  if (first === undefined) throw new ShapeError('scan: a tensor to run along is needed')
  for (const { shape } of tensors)
    if (shape.length === 0)
      throw new ShapeError('scan: every tensor needs an axis to run along, a scalar has none')
  for (const { shape } of rest)
    if (shape[0] !== first.shape[0])
      throw new ShapeError(
        `scan: lengths differ: ${showShape(first.shape)} and ${showShape(shape)} (${first.shape[0]} ≠ ${shape[0]})`,
      )
  return first.shape[0]!
}

/** Throws unless a step gives the carry that it takes. */
const checkCarry = (init: unknown, paths: readonly string[], specs: readonly TensorSpec[]): void => {
  const expected = tensorsIn(init)
  expected.forEach(({ path, tensor }, index) => {
    const spec = specs[index]
    const same = spec !== undefined && paths[index] === path && showSpec(spec) === showSpec(tensor)
    if (!same)
      throw new ShapeError(
        `scan: the carry${path && ` at ${path}`} is ${showSpec(tensor)} at first, and ` +
          `${spec === undefined || paths[index] !== path ? 'missing' : showSpec(spec)} after a step`,
      )
  })
  if (paths.length > expected.length)
    throw new ShapeError(`scan: the carry has no ${paths[expected.length]} at first, but after a step`)
}

/**
 * Runs `f` along the first axis of `xs`, as `lax.scan` of JAX: each step takes the carry of the one before and one
 * element, and gives the next carry and an output; the outputs are stacked. For recurrent models: one step is recorded,
 * however many there are, and an engine runs it in a loop. The carry keeps its types and shapes.
 *
 * ```ts
 * const runningSum = scan((total: Tensor<[]>, x: Tensor<[]>) => ({ carry: add(total, x), output: add(total, x) }))
 * runningSum(zeros([]), tensor([3], [1, 2, 4])) // → { carry: 7, outputs: [1, 3, 7] }
 * ```
 *
 * Carry, elements and outputs are trees. What `f` captures is the same in all steps, and is differentiated too. The
 * backward pass is a scan in the opposite order; what it needs of a step is stacked, so wrap `f` in `checkpoint` to keep
 * the carries and elements only.
 *
 * Throws a `ShapeError` when the lengths of the xs differ or a step gives a carry of another shape.
 */
export const scan =
  <C, X, Y>(f: (carry: C, x: X) => Step<NoInfer<C>, Y>, { reverse = false }: ScanOptions = {}) =>
  <N extends number>(init: C, xs: Batched<N, X>): Scanned<C, Y, N> => {
    const stacked = tensorsIn(xs).map(({ tensor }) => tensor)
    const length = lengthOf(stacked)
    const element = mapTensors<unknown>(xs, ({ shape, dtype }) => ({
      shape: shape.slice(1),
      dtype,
      data: allocate(dtype, 0),
    }))
    const recorded = recordBody(
      // The stand-in is a single element, which is what f takes.
      (carry: C, x: unknown) => {
        const step = f(carry, x as X)
        return [step.carry, step.output] as const
      },
      [init, element],
    )
    const { tapes, captured } = closeOver([recorded])
    const body = tapes[0]!
    const carries = recorded.ranges[0]!.length
    const carried = recorded.outputPaths.flatMap((path) =>
      path === '0' || path.startsWith('0.') ? [path.slice(2)] : [],
    )
    checkCarry(
      init,
      carried,
      body.outputs.map((id) => body.values[id]!),
    )
    const operands = [...recorded.inputs.slice(0, carries), ...stacked, ...captured]
    const results = bindStructured('scan', operands, {
      body,
      carries,
      stacked: stacked.length,
      length,
      reverse,
    })
    const [carry, outputs] = recorded.rebuild(results)
    // The recording knows one iteration; the results of a scan have all of them on a new first axis.
    return { carry, outputs: outputs as unknown as Batched<N, Y> }
  }
