import type { Shape } from '../shape/dim.ts'
import { sizeOf } from '../shape/dim.ts'
import { checkDType, type GuardDType } from '../shape/dtype.ts'
import { type Einsum, einsumPlan } from '../shape/einsum.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { DTypeOfAll, ShapesOf } from '../shape/structure.ts'
import type { AnyTensor } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'

/** A tensor with a name for each of its axes. */
interface Labelled {
  readonly tensor: AnyTensor
  readonly labels: readonly string[]
}

const reshaped = (tensor: AnyTensor, shape: Shape): AnyTensor => apply('reshape', [tensor], { shape })

/** The elements where two axes have the same index: the second axis goes. */
const diagonal = ({ tensor, labels }: Labelled, first: number, second: number): Labelled => {
  const { shape } = tensor
  const count = (axis: number) => apply<AnyTensor>('iota', [], { shape, axis, dtype: 'i32' })
  const onDiagonal = apply<AnyTensor>('compare', [count(first), count(second)], { direction: 'eq' })
  const zeros = apply<AnyTensor>('fill', [], { value: 0, shape, dtype: tensor.dtype })
  const kept = apply<AnyTensor>('select', [onDiagonal, tensor, zeros])
  return {
    tensor: apply('sum', [kept], { axes: [second] }),
    labels: labels.filter((_, axis) => axis !== second),
  }
}

const withoutRepeats = (operand: Labelled): Labelled => {
  const second = operand.labels.findIndex((label, axis) => operand.labels.indexOf(label) < axis)
  if (second < 0) return operand
  return withoutRepeats(diagonal(operand, operand.labels.indexOf(operand.labels[second]!), second))
}

/** Axes of an ellipsis that have size 1 go: they come back by broadcasting. */
const withoutOnes = ({ tensor, labels }: Labelled): Labelled => {
  const stays = labels.map((label, axis) => !label.startsWith('…') || tensor.shape[axis] !== 1)
  if (stays.every(Boolean)) return { tensor, labels }
  return {
    tensor: reshaped(
      tensor,
      tensor.shape.filter((_, axis) => stays[axis]),
    ),
    labels: labels.filter((_, axis) => stays[axis]),
  }
}

/** Summed over the axes that are not in `needed`. */
const reduced = ({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled => {
  const axes = [...labels.keys()].filter((axis) => !needed.has(labels[axis]!))
  if (axes.length === 0) return { tensor, labels }
  return {
    tensor: apply('sum', [tensor], { axes }),
    labels: labels.filter((label) => needed.has(label)),
  }
}

/** The axes in the order of `labels`. */
const ordered = (operand: Labelled, labels: readonly string[]): AnyTensor => {
  const axes = labels.map((label) => operand.labels.indexOf(label))
  return axes.every((axis, place) => axis === place)
    ? operand.tensor
    : apply('permute', [operand.tensor], { axes })
}

/** The product of two operands, summed over what they share and nothing else needs: a batched matrix product. */
const contract = (
  left: Labelled,
  right: Labelled,
  needed: ReadonlySet<string>,
  sizes: ReadonlyMap<string, number>,
): Labelled => {
  const a = reduced(left, new Set([...needed, ...right.labels]))
  const b = reduced(right, new Set([...needed, ...a.labels]))
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => needed.has(label))
  const inner = shared.filter((label) => !needed.has(label))
  const rows = a.labels.filter((label) => !shared.includes(label))
  const columns = b.labels.filter((label) => !shared.includes(label))
  const labels = [...batch, ...rows, ...columns]
  const shapeOf = (of: readonly string[]): number[] => of.map((label) => sizes.get(label)!)
  const shape = shapeOf(labels)
  const x = ordered(a, [...batch, ...rows, ...inner])
  const y = ordered(b, [...batch, ...inner, ...columns])
  if (inner.length === 0) {
    const column = reshaped(x, [...shapeOf([...batch, ...rows]), ...columns.map(() => 1)])
    const row = reshaped(y, [...shapeOf(batch), ...rows.map(() => 1), ...shapeOf(columns)])
    return { tensor: apply('mul', [broadcast(column, shape), broadcast(row, shape)]), labels }
  }
  const [n, m, k, p] = [batch, rows, inner, columns].map((of) => sizeOf(shapeOf(of))) as [
    number,
    number,
    number,
    number,
  ]
  const product = apply<AnyTensor>('matmul', [reshaped(x, [n, m, k]), reshaped(y, [n, k, p])], {
    transposeLeft: false,
    transposeRight: false,
  })
  return { tensor: reshaped(product, shape), labels }
}

/** The dtype of the first tensor that is not f32, which the message names; else f32. */
export type FirstOtherDType<T extends readonly AnyTensor[]> = T extends readonly [
  infer First extends AnyTensor,
  ...infer Rest extends readonly AnyTensor[],
]
  ? First['dtype'] extends 'f32'
    ? FirstOtherDType<Rest>
    : First['dtype']
  : T extends readonly []
    ? 'f32'
    : DTypeOfAll<T>

/** `Guard` for the subscripts of an Einstein sum of tensors T. */
export type GuardEinsum<Spec extends string, T extends readonly AnyTensor[]> = GuardDType<
  'einsum',
  'f32',
  FirstOtherDType<T>,
  Guard<Einsum<Spec, ShapesOf<T>>, Spec>
>

/**
 * The Einstein sum of tensors: an index names an axis, the product of the operands is summed over the indices
 * that the output does not have. An ellipsis stands for any number of leading axes, which broadcast. Operands
 * are contracted from the left in pairs, each a matrix product.
 *
 * ```ts
 * einsum('bij,bjk->bik', zeros([8, 3, 4]), zeros([8, 4, 5])) // Tensor<[8, 3, 5]>
 * einsum('...i,i->...', tensor([2, 2], [1, 2, 3, 4]), tensor([2], [1, 10])) // → [21, 43]
 * einsum('ii->', tensor([2, 2], [1, 2, 3, 4])) // → 5
 * ```
 *
 * Subscripts that do not fit the operands do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * einsum('bij,bjk->bik', zeros([8, 3, 4]), zeros([8, 5, 6]))
 * // error: einsum 'bij,bjk->bik': index j is both 4 and 5
 * ```
 */
export const einsum = <const Spec extends string, T extends readonly AnyTensor[]>(
  spec: GuardEinsum<Spec, T>,
  ...tensors: T
): Result<Einsum<Spec, ShapesOf<T>>> => {
  for (const { dtype } of tensors) checkDType('einsum', 'f32', dtype)
  const { inputs, output, sizes } = einsumPlan(
    spec as string,
    tensors.map(({ shape }) => shape),
  )
  const [first, ...rest] = tensors.map((tensor, operand) =>
    withoutOnes(withoutRepeats({ tensor, labels: inputs[operand]! })),
  ) as [Labelled, ...Labelled[]]
  const product = rest.reduce((left, right, place) => {
    const later = rest.slice(place + 1).flatMap(({ labels }) => labels)
    return contract(left, right, new Set([...output, ...later]), sizes)
  }, first)
  const result = reduced(product, new Set(output))
  const present = output.filter((label) => result.labels.includes(label))
  const shape = output.map((label) => sizes.get(label)!)
  const tensor = ordered(result, present)
  return (present.length === output.length ? tensor : reshaped(tensor, shape)) as Result<
    Einsum<Spec, ShapesOf<T>>
  >
}
