import type { Application, ValueId } from '@vae/autograd'
import { isOf, makersOf } from './applications.ts'

/*
 * Finds values that are from 0 to 1, or NaN, by how they are made: e^x of what is never above 0. The logarithm of 1 plus
 * such a value, the heart of softplus and with it of every likelihood from logits, is cheaper than any.
 */

/** Looks through applications, and returns what tells whether a value is from 0 to 1 or NaN. */
export const unitsOf = (applications: readonly Application[]): ((id: ValueId) => boolean) => {
  const makers = makersOf(applications)

  const isZero = (id: ValueId): boolean => {
    const maker = makers.get(id)
    if (isOf(maker, 'broadcastTo')) return isZero(maker.operands[0]!)
    return isOf(maker, 'fill') && maker.parameters.value === 0
  }

  const isNegationOf = (id: ValueId, x: ValueId): boolean => {
    const maker = makers.get(id)
    return isOf(maker, 'neg') && maker.operands[0] === x
  }

  /** `select(x ≤ 0, x, −x)`, which is −|x| with the derivatives of a select. */
  const isFolded = (mask: ValueId, x: ValueId, mirrored: ValueId): boolean => {
    const compare = makers.get(mask)
    return (
      isOf(compare, 'compare') &&
      (compare.parameters.direction === 'le' || compare.parameters.direction === 'lt') &&
      compare.operands[0] === x &&
      isZero(compare.operands[1]!) &&
      isNegationOf(mirrored, x)
    )
  }

  const isNeverPositive = (id: ValueId): boolean => {
    const maker = makers.get(id)
    if (isOf(maker, 'neg')) return isOf(makers.get(maker.operands[0]!), 'abs')
    if (!isOf(maker, 'select')) return false
    const [mask, x, mirrored] = maker.operands as [ValueId, ValueId, ValueId]
    return isFolded(mask, x, mirrored)
  }

  return (id) => {
    const maker = makers.get(id)
    return isOf(maker, 'exp') && isNeverPositive(maker.operands[0]!)
  }
}
