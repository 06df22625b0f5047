import type { BufferPlace } from './buffer.ts'
import { Code } from './code.ts'
import type { DefinedFunction } from './encoder.ts'
import { pushAddress, type Resolver } from './resolver.ts'
import type { CopyStep } from './step.ts'

const none = { size: 1, from: 0, to: 0 }

/** The function of one strided copy: loops over the outer axes around a kernel for the last two. */
export const encodeCopy = (step: CopyStep<BufferPlace>, resolver: Resolver): DefinedFunction => {
  const code = new Code({ parameters: ['i32', 'i32'], results: [] })
  const { width } = step
  if (step.clear > 0) {
    pushAddress(code, resolver, step.to)
    code.constant(0).constant(step.clear).memoryFill()
  }
  if (step.axes.some((axis) => axis.size === 0)) return code.finish()
  const [from, to] = [code.local('i32'), code.local('i32')]
  pushAddress(code, resolver, step.from, step.fromOffset * width)
  code.set(from)
  pushAddress(code, resolver, step.to, step.toOffset * width)
  code.set(to)

  const columns = step.axes.at(-1) ?? none
  const rows = step.axes.at(-2) ?? none
  const plane = () => {
    code.get(from).get(to)
    for (const value of [columns.size, rows.from, columns.from, rows.to, columns.to]) code.constant(value)
    code
      .constant(0)
      .constant(rows.size)
      .call(resolver.kernel(width === 4 ? 'copyWords' : 'copyBytes'))
  }
  const nest = (axis: number): void => {
    const outer = step.axes[axis]
    if (outer === undefined || axis >= step.axes.length - 2) {
      plane()
      return
    }
    const counter = code.local('i32')
    code.constant(0).set(counter)
    code.count(
      counter,
      () => code.constant(outer.size),
      () => {
        nest(axis + 1)
        code.advance(from, outer.from * width).advance(to, outer.to * width)
      },
    )
    code.advance(from, -outer.size * outer.from * width).advance(to, -outer.size * outer.to * width)
  }
  nest(0)
  return code.finish()
}
