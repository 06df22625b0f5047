import type { BufferPlace } from './buffer.ts'
import { Code } from './code.ts'
import type { DefinedFunction } from './encoder.ts'
import { loopType } from './loop.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { CopyStep } from './step.ts'

const none = { size: 1, from: 0, to: 0 }
const [BEGIN, END] = [2, 3]

/** An outer axis of this many steps is divided rather than a longer one further in. */
const enough = 16

/** The axis of a copy over which its range goes, and its size: outer axes give threads memory of their own. */
export const rangeOf = ({ axes }: CopyStep<unknown>): { readonly axis: number; readonly units: number } => {
  const sizes = axes.map(({ size }) => size)
  const units = sizes.find((size) => size >= enough) ?? Math.max(1, ...sizes)
  return { axis: sizes.indexOf(units), units }
}

/**
 * The function of one strided copy: loops over the outer axes around a kernel for the last two. What the copy leaves
 * out is zeroed by whoever calls.
 */
export const encodeCopy = (step: CopyStep<BufferPlace>, resolver: Resolver): DefinedFunction => {
  const code = new Code(loopType)
  const { width, axes } = step
  if (axes.some((axis) => axis.size === 0)) return code.finish()
  const divided = rangeOf(step).axis
  const [from, to] = [code.local('i32'), code.local('i32')]
  /** Goes `by` bytes per step of the range from its beginning. */
  const begin = (local: number, by: number) => {
    if (divided >= 0) code.get(local).get(BEGIN).constant(by).plain('i32.mul').plain('i32.add').set(local)
  }
  pushAddress(code, resolver, step.from, step.fromOffset * width)
  code.set(from)
  pushAddress(code, resolver, step.to, step.toOffset * width)
  code.set(to)
  begin(from, (axes[divided] ?? none).from * width)
  begin(to, (axes[divided] ?? none).to * width)

  /** Pushes how many steps of an axis are to be copied. */
  const pushSize = (axis: number) => {
    if (axis === divided && axis >= 0) code.get(END).get(BEGIN).plain('i32.sub')
    else code.constant((axes[axis] ?? none).size)
  }
  const [row, column] = [axes.length - 2, axes.length - 1]
  const plane = () => {
    const [rows, columns] = [axes[row] ?? none, axes[column] ?? none]
    code.get(from).get(to)
    pushSize(column)
    for (const value of [rows.from, columns.from, rows.to, columns.to]) code.constant(value)
    code.constant(0)
    pushSize(row)
    code.call(resolver.kernel(width === 4 ? 'copyWords' : 'copyBytes'))
  }
  const nest = (axis: number): void => {
    const outer = axes[axis]
    if (outer === undefined || axis >= row) {
      plane()
      return
    }
    const [counter, source, target] = [code.local('i32'), code.local('i32'), code.local('i32')]
    code.constant(0).set(counter).get(from).set(source).get(to).set(target)
    code.count(
      counter,
      () => pushSize(axis),
      () => {
        nest(axis + 1)
        code.advance(from, outer.from * width).advance(to, outer.to * width)
      },
    )
    code.get(source).set(from).get(target).set(to)
  }
  nest(0)
  return code.finish()
}
