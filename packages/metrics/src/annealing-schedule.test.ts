import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSchedule, linearSchedule, sigmoidalSchedule } from './annealing-schedule.ts'

describe('schedules', () => {
  it('ascend from 0 to 1 in as many steps as asked, and are symmetric', () => {
    const steepness = fc.double({ min: 0.01, max: 10, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), steepness, (steps, delta) => {
        for (const schedule of [linearSchedule(steps), sigmoidalSchedule(steps, delta)]) {
          checkSchedule('test', schedule)
          expect(schedule).toHaveLength(steps + 1)
          for (const [t, beta] of schedule.entries())
            expect(Math.abs(beta + schedule[steps - t]! - 1)).toBeLessThan(1e-12)
        }
      }),
    )
  })

  it('take short steps at the ends along a sigmoid', () => {
    const schedule = sigmoidalSchedule(10)
    expect(schedule[1]!).toBeLessThan(0.05)
    expect(schedule[6]! - schedule[5]!).toBeGreaterThan(0.15)
  })

  it('refuse what is none', () => {
    expect(() => linearSchedule(0)).toThrow('linearSchedule: steps must be a whole number above 0, got 0')
    expect(() => sigmoidalSchedule(3, 0)).toThrow('sigmoidalSchedule: steepness must be above 0, got 0')
    for (const values of [[], [0], [1], [0, 1, 1], [0.1, 1], [0, 0.9], [0, Number.NaN, 1]])
      expect(() => checkSchedule('test', Float64Array.from(values))).toThrow(
        'test: the schedule must ascend from 0 to 1',
      )
  })
})
