import type { Application, PrimitiveApplication, Tape, ValueId } from '@vae/autograd'
import { type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { isOf, makersOf } from './applications.ts'
import { floatBits } from './expression.ts'
import type { KernelSizes } from './kernels.ts'
import type { KernelPlace, KernelWork } from './lowering.ts'

/*
 * Finds where only the place of the least (or largest) of many distances is asked for: argmin over j of
 * (columns[i] + terms[j]) − factor · (a · b)[i, j], as in ‖x‖² + ‖e‖² − 2 x · eᵀ for a codebook e. Then the matrix of
 * distances is never stored. What is computed for each distance is what the applications say, so that the
 * place is the same.
 */

/** A search, which stands where its last application stood. */
export interface Nearest {
  readonly product: PrimitiveApplication & { readonly primitive: 'matmul' }
  /** A vector of a number for each column of the product. */
  readonly terms: ValueId
  /** A vector of a number for each row, or null. */
  readonly columns: ValueId | null
  readonly factor: number
  readonly least: boolean
  readonly result: ValueId
}

/** The application with which each search ends, and those that it takes over besides. */
export interface Searches {
  readonly ends: ReadonlyMap<Application, Nearest>
  readonly covered: ReadonlySet<Application>
}

/** Looks through `applications`, those of the tape that are needed. */
export const searchesOf = (tape: Tape, applications: readonly Application[]): Searches => {
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const makers = makersOf(applications)
  const reads = new Map<ValueId, number>()
  for (const id of [...applications.flatMap(({ operands }) => operands), ...tape.outputs])
    reads.set(id, (reads.get(id) ?? 0) + 1)
  /** The maker of a value that nothing else reads. */
  const ownMaker = (id: ValueId): Application | undefined =>
    reads.get(id) === 1 ? makers.get(id) : undefined

  /** The number that every element of a value is, or null. */
  const numberOf = (id: ValueId): number | null => {
    const maker = makers.get(id)
    if (isOf(maker, 'fill')) return maker.parameters.value
    return isOf(maker, 'broadcastTo') ? numberOf(maker.operands[0]!) : null
  }

  /** The vector that a value of shape [m, n] repeats along `axis`, whose elements are those of the other one; or null. */
  const repeatedAlong = (axis: 0 | 1, id: ValueId): ValueId | null => {
    const maker = makers.get(id)
    if (!isOf(maker, 'broadcastTo')) return null
    const from = maker.operands[0]!
    const [own, size] = [specOf(from).shape, specOf(id).shape[1 - axis]!]
    const fits = axis === 0 ? own.at(-1) === size : own.length === 2 && own[0] === size
    return fits && sizeOf(own) === size ? from : null
  }

  /** What a distance is before the product is subtracted. */
  const baseOf = (id: ValueId): { readonly terms: ValueId; readonly columns: ValueId | null } | null => {
    const terms = repeatedAlong(0, id)
    if (terms !== null) return { terms, columns: null }
    const sum = makers.get(id)
    if (!isOf(sum, 'add')) return null
    for (const [row, column] of [sum.operands, [...sum.operands].reverse()]) {
      const [across, down] = [repeatedAlong(0, row!), repeatedAlong(1, column!)]
      if (across !== null && down !== null) return { terms: across, columns: down }
    }
    return null
  }

  const productOf = (id: ValueId) => {
    const maker = ownMaker(id)
    if (isOf(maker, 'matmul')) return { product: maker, factor: 1, taken: [maker] }
    if (!isOf(maker, 'mul')) return null
    for (const [one, other] of [maker.operands, [...maker.operands].reverse()]) {
      const [product, factor] = [ownMaker(one!), numberOf(other!)]
      if (isOf(product, 'matmul') && factor !== null) return { product, factor, taken: [product, maker] }
    }
    return null
  }

  const ends = new Map<Application, Nearest>()
  const covered = new Set<Application>()
  for (const search of applications) {
    if (!isOf(search, 'argmin') && !isOf(search, 'argmax')) continue
    const distances = search.operands[0]!
    const { shape, dtype } = specOf(distances)
    const difference = ownMaker(distances)
    if (shape.length !== 2 || dtype !== 'f32' || search.parameters.axis !== 1 || sizeOf(shape) === 0) continue
    if (!isOf(difference, 'sub')) continue
    const [base, found] = [baseOf(difference.operands[0]!), productOf(difference.operands[1]!)]
    if (base === null || found === null) continue
    const { product, factor, taken } = found
    for (const one of [...taken, difference]) covered.add(one)
    const least = search.primitive === 'argmin'
    ends.set(search, { product, ...base, factor, least, result: search.results[0]! })
  }
  return { ends, covered }
}

/** The kernel of a search; its operands are those of the product, the terms, and the columns where there are any. */
export const nearestWork = (
  { transposeLeft, transposeRight }: PrimitiveParameters['matmul'],
  left: TensorSpec,
  [m, n]: readonly [number, number],
  { columns, factor, least }: Nearest,
  { nearestUnits, nearestWorkspace }: KernelSizes,
): KernelWork => {
  const k = left.shape.at(transposeLeft ? 0 : 1)!
  const place = (operand: number): KernelPlace => ({ operand })
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'nearest',
        arguments: [
          place(0),
          place(1),
          place(2),
          columns === null ? 0 : place(3),
          'result',
          m,
          n,
          k,
          Number(transposeLeft),
          Number(transposeRight),
          floatBits(factor),
          Number(least),
          { workspace: 0 },
        ],
        units: nearestUnits(m),
        flops: 2 * m * n * k + 3 * m * n,
        bytes: 4 * (m * k + k * n + n + m),
      },
    ],
    workspaces: [{ bytes: nearestWorkspace(m, n, k), perThread: true }],
  }
}
