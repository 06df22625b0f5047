import { checkAxis, elementsOf, linesAlong } from './along-axis.ts'
import type { Definition } from './definition.ts'

/** NaN counts as larger than anything, so that it is seen. */
const ascending = (x: number, y: number): number =>
  Number.isNaN(x) ? (Number.isNaN(y) ? 0 : 1) : Number.isNaN(y) ? -1 : x - y

/** The index of the element that `beats` all others; the first among equals. */
const argBest = (name: 'argmax' | 'argmin', sign: 1 | -1): Definition<'argmax' | 'argmin'> => ({
  spec: ([x], { axis }) => {
    checkAxis(name, x!, axis)
    return { shape: x!.shape.filter((_, a) => a !== axis), dtype: 'i32' }
  },
  evaluate: ([x], { axis }, result) => {
    linesAlong(x!.shape, axis, (line) => {
      let best = 0
      elementsOf(x!.data, line).forEach((value, i, all) => {
        const current = all[best]!
        const nan = Number.isNaN(value) && !Number.isNaN(current)
        if (nan || sign * (value - current) > 0) best = i
      })
      result.data[line.index] = best
    })
  },
})

export const argmax = argBest('argmax', 1)
export const argmin = argBest('argmin', -1)

export const argsort: Definition<'argsort'> = {
  spec: ([x], { axis }) => {
    checkAxis('argsort', x!, axis)
    return { shape: x!.shape, dtype: 'i32' }
  },
  evaluate: ([x], { axis, descending }, result) => {
    linesAlong(x!.shape, axis, (line) => {
      const values = elementsOf(x!.data, line)
      const order = values.map((_, i) => i)
      // Sorting is stable, so that equal elements keep their order in both directions.
      order.sort((i, j) =>
        descending ? ascending(values[j]!, values[i]!) : ascending(values[i]!, values[j]!),
      )
      order.forEach((from, to) => {
        result.data[line.start + to * line.stride] = from
      })
    })
  },
}

export const cumsum: Definition<'cumsum'> = {
  spec: ([x], { axis }) => {
    checkAxis('cumsum', x!, axis)
    return { shape: x!.shape, dtype: x!.dtype }
  },
  evaluate: ([x], { axis, reverse }, result) => {
    linesAlong(x!.shape, axis, ({ start, stride, length }) => {
      let sum = 0
      for (let i = 0; i < length; i++) {
        const at = start + (reverse ? length - 1 - i : i) * stride
        sum += x!.data[at]!
        result.data[at] = sum
      }
    })
  },
}
