import type { Application, PrimitiveApplication, Tape, ValueId } from '@vae/autograd'
import { sizeOf, type TensorSpec } from '@vae/tensor'
import { isOf, makersOf } from './applications.ts'
import type { Activation } from './product.ts'

/*
 * Finds what follows a matrix product and can be done to its result while that is in the cache: a bias, then one of a
 * few functions. Nothing else may read what lies between.
 */

/** A product and what it does beside. It stands where the last application that it takes over stood. */
export interface Epilogue {
  readonly product: PrimitiveApplication & { readonly primitive: 'matmul' }
  /** A vector that is added to every row, or null. */
  readonly bias: ValueId | null
  readonly activation: Activation
  readonly result: ValueId
  /** The result ≤ 0, where others than the product's own relu read it: as true of what goes in as of what comes out. */
  readonly mask: ValueId | null
}

/** The application with which each epilogue ends, and those that it takes over besides. */
export interface Epilogues {
  readonly ends: ReadonlyMap<Application, Epilogue>
  readonly covered: ReadonlySet<Application>
}

/** Looks through `applications`, those of the tape that are needed. */
export const epiloguesOf = (tape: Tape, applications: readonly Application[]): Epilogues => {
  const specOf = (id: ValueId): TensorSpec => tape.values[id]!
  const makers = makersOf(applications)
  const readers = new Map<ValueId, Application[]>()
  for (const application of applications)
    for (const id of application.operands) readers.set(id, [...(readers.get(id) ?? []), application])
  const outputs = new Set(tape.outputs)
  /** All that read a value, or nothing if it is an output too. */
  const readersOf = (id: ValueId): readonly Application[] => (outputs.has(id) ? [] : (readers.get(id) ?? []))

  /** The vector of which `id` repeats as many elements as `row` has in every row. */
  const rowOf = (id: ValueId, columns: number): ValueId | null => {
    const maker = makers.get(id)
    if (!isOf(maker, 'broadcastTo')) return null
    const from = maker.operands[0]!
    const { shape } = specOf(from)
    return shape.at(-1) === columns && sizeOf(shape) === columns ? from : null
  }

  const isZero = (id: ValueId): boolean => {
    const maker = makers.get(id)
    return isOf(maker, 'fill') && maker.parameters.value === 0
  }

  const biasOf = (id: ValueId) => {
    const [add, ...others] = readersOf(id)
    if (!isOf(add, 'add') || others.length > 0) return null
    const [left, right] = add.operands as [ValueId, ValueId]
    const bias = rowOf(left === id ? right : left, specOf(id).shape.at(-1)!)
    return bias === null ? null : { bias, last: add }
  }

  /** relu(x) is `select(x ≤ 0, 0, x)`. */
  const reluOf = (id: ValueId) => {
    const found = readersOf(id)
    const compare = found.find((one) => isOf(one, 'compare'))
    const select = found.find((one) => isOf(one, 'select'))
    if (found.length !== 2 || !isOf(compare, 'compare') || !isOf(select, 'select')) return null
    const mask = compare.results[0]!
    const fits =
      compare.parameters.direction === 'le' &&
      compare.operands[0] === id &&
      isZero(compare.operands[1]!) &&
      select.operands[0] === mask &&
      isZero(select.operands[1]!) &&
      select.operands[2] === id
    if (!fits) return null
    const alone = !outputs.has(mask) && readers.get(mask)!.length === 1
    return { activation: 'relu' as const, taken: [compare], last: select, mask: alone ? null : mask }
  }

  const activationOf = (id: ValueId) => {
    const [only, ...others] = readersOf(id)
    if (others.length === 0)
      for (const activation of ['tanh', 'sigmoid'] as const)
        if (isOf(only, activation)) return { activation, taken: [], last: only, mask: null }
    return reluOf(id)
  }

  const ends = new Map<Application, Epilogue>()
  const covered = new Set<Application>()
  for (const product of applications) {
    if (!isOf(product, 'matmul')) continue
    const biased = biasOf(product.results[0]!)
    const before = biased?.last ?? product
    const active = activationOf(before.results[0]!)
    if (biased === null && active === null) continue
    const last = active?.last ?? before
    for (const one of [product, before, ...(active?.taken ?? [])]) if (one !== last) covered.add(one)
    ends.set(last, {
      product,
      bias: biased?.bias ?? null,
      activation: active?.activation ?? 'none',
      result: last.results[0]!,
      mask: active?.mask ?? null,
    })
  }
  return { ends, covered }
}
