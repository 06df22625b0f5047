import fc from 'fast-check'
import { type Cases, random, seed } from '../case.ts'

/** One spatial axis; large sizes meet the borders of tiles. */
const axis = fc.record({
  size: fc.oneof(
    { weight: 5, arbitrary: fc.nat({ max: 7 }) },
    { weight: 1, arbitrary: fc.constantFrom(11, 18) },
  ),
  window: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 4 }) }, { weight: 1, arbitrary: fc.constant(7) }),
  stride: fc.integer({ min: 1, max: 3 }),
  low: fc.integer({ min: -2, max: 3 }),
  high: fc.integer({ min: -2, max: 3 }),
  lhsDilation: fc.integer({ min: 1, max: 3 }),
  rhsDilation: fc.integer({ min: 1, max: 3 }),
})

/** 0 is a tensor without elements; the others lie around multiples of 4 and of 8. */
const count = fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 9)

/** Axes in which nothing special happens half of the time: the common cases are the fast paths. */
const axes = fc.tuple(fc.array(axis, { maxLength: 4 }), fc.boolean()).map(([list, plain]) =>
  list.map((each, i) => ({
    ...each,
    ...(plain ? { lhsDilation: 1, rhsDilation: 1 } : {}),
    // many long axes take the reference too long
    ...(i > 1 ? { size: Math.min(3, each.size), window: Math.min(2, each.window) } : {}),
  })),
)

/** Cross-correlations of rank 0 to 4. */
export const convolution = {
  conv: fc
    .record({
      axes,
      batch: count,
      channels: count,
      outputs: count,
      groups: fc.integer({ min: 1, max: 3 }),
      grouped: fc.constantFrom('features', 'batch', 'nothing'),
      s: seed,
    })
    .map(({ axes, batch, channels, outputs, groups, grouped, s }) => {
      const featureGroups = grouped === 'features' ? groups : 1
      const batchGroups = grouped === 'batch' ? groups : 1
      const pick = <K extends keyof (typeof axes)[number]>(name: K) => axes.map((each) => each[name])
      return {
        operands: [
          random([Math.min(3, batch) * batchGroups, channels * featureGroups, ...pick('size')], 'f32', s),
          random([outputs * featureGroups * batchGroups, channels, ...pick('window')], 'f32', s + 1),
        ],
        parameters: {
          stride: pick('stride'),
          low: pick('low'),
          high: pick('high'),
          lhsDilation: pick('lhsDilation'),
          rhsDilation: pick('rhsDilation'),
          featureGroups,
          batchGroups,
        },
        // so many products of at most 64, and as many roundings
        bound: (channels * pick('window').reduce((taps, size) => taps * size, 1)) ** 2 * 64 * 2 ** -24,
      }
    }),
} satisfies Cases
