import { grad } from '@vae/autograd'
import { item, sum, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capacityPenalty } from './capacity.ts'
import type { RampShape, Schedule } from './description.ts'
import { scheduleOf } from './schedule.ts'

const shape = fc.constantFrom<RampShape>('linear', 'cosine', 'sigmoid')
const value = fc.double({ min: 0, max: 100, noNaN: true })
const count = fc.integer({ min: 1, max: 5000 })
const ramp = fc.record({
  kind: fc.oneof(shape, fc.constant('capacity' as const)),
  from: value,
  to: value,
  steps: count,
})
const cyclical = fc.record({
  kind: fc.constant('cyclical' as const),
  from: value,
  to: value,
  period: count,
  rising: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  shape,
})
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), value }),
  ramp,
  cyclical,
  fc.tuple(cyclical, fc.integer({ min: 1, max: 5 })).map(([rest, cycles]) => ({ ...rest, cycles })),
)
const steps = fc.integer({ min: 0, max: 30_000 })

describe('scheduleOf', () => {
  it('stays between its ends', () => {
    fc.assert(
      fc.property(schedule, steps, (description, step) => {
        const ends =
          description.kind === 'constant' ? [description.value] : [description.from ?? 0, description.to]
        const at = scheduleOf(description)(step)
        // A blend of two numbers may round to one unit beyond the larger.
        expect(at).toBeGreaterThanOrEqual(Math.min(...ends) * (1 - 2 ** -52))
        expect(at).toBeLessThanOrEqual(Math.max(...ends) * (1 + 2 ** -52))
      }),
    )
  })

  it('starts and ends exactly where it says, and stays there', () => {
    fc.assert(
      fc.property(ramp, steps, (description, more) => {
        const at = scheduleOf(description)
        expect(at(0)).toBe(description.from)
        expect(at(description.steps)).toBe(description.to)
        expect(at(description.steps + more)).toBe(description.to)
      }),
    )
  })

  it('never turns back before its end', () => {
    fc.assert(
      fc.property(ramp, steps, steps, (description, a, b) => {
        const at = scheduleOf(description)
        const [earlier, later] = [at(Math.min(a, b)), at(Math.max(a, b))]
        const rises = Math.sign(description.to - description.from!)
        // Functions of our own are exact to a few units in the last place.
        expect((later - earlier) * rises).toBeGreaterThanOrEqual(-1e-12)
      }),
    )
  })

  it('is halfway in the middle, whatever its shape', () => {
    fc.assert(
      fc.property(shape, value, value, count, (kind, from, to, half) => {
        expect(scheduleOf({ kind, from, to, steps: 2 * half })(half)).toBeCloseTo((from + to) / 2, 10)
      }),
    )
  })

  it('repeats itself every period for as many cycles as there are', () => {
    fc.assert(
      fc.property(
        cyclical,
        fc.integer({ min: 1, max: 5 }),
        fc.nat(4),
        fc.nat(5000),
        (rest, cycles, cycle, offset) => {
          const within = offset % rest.period
          const [endless, counted] = [scheduleOf(rest), scheduleOf({ ...rest, cycles })]
          expect(endless(cycle * rest.period + within)).toBe(endless(within))
          expect(counted(cycle * rest.period + within)).toBe(cycle < cycles ? endless(within) : rest.to)
        },
      ),
    )
  })

  it('rises in the first part of a period as its shape does', () => {
    const at = scheduleOf({ kind: 'cyclical', to: 1, period: 100, rising: 0.8, shape: 'cosine' })
    const whole = scheduleOf({ kind: 'cosine', to: 1, steps: 80 })
    for (let step = 0; step < 100; step++) expect(at(step)).toBe(whole(step))
  })

  it('survives being written to a file', () => {
    fc.assert(
      fc.property(schedule, steps, (description, step) => {
        const read: Schedule = JSON.parse(JSON.stringify(description))
        expect(scheduleOf(read)(step)).toBe(scheduleOf(description)(step))
      }),
    )
  })

  it.each<[object, string]>([
    [
      { kind: 'step' },
      'schedule: kind must be one of constant, linear, cosine, sigmoid, cyclical, capacity, got step',
    ],
    [{ kind: 'constant', value: -1 }, 'constant schedule: value must be a number of 0 or more, got -1'],
    [{ kind: 'linear', to: 1, steps: 0 }, 'linear schedule: steps must be a whole number above 0, got 0'],
    [
      { kind: 'cosine', to: Number.NaN, steps: 9 },
      'cosine schedule: to must be a number of 0 or more, got NaN',
    ],
    [{ kind: 'capacity', steps: 9 }, 'capacity schedule: to must be a number of 0 or more, got undefined'],
    [
      { kind: 'sigmoid', to: 1, steps: 9, from: 'a' },
      'sigmoid schedule: from must be a number of 0 or more, got a',
    ],
    [
      { kind: 'cyclical', to: 1, period: 1.5 },
      'cyclical schedule: period must be a whole number above 0, got 1.5',
    ],
    [
      { kind: 'cyclical', to: 1, period: 2, rising: 0 },
      'cyclical schedule: rising must be above 0 and at most 1, got 0',
    ],
    [
      { kind: 'cyclical', to: 1, period: 2, cycles: 0 },
      'cyclical schedule: cycles must be a whole number above 0, got 0',
    ],
    [
      { kind: 'cyclical', to: 1, period: 2, shape: 'square' },
      'cyclical schedule: shape must be one of linear, cosine, sigmoid, got square',
    ],
  ])('refuses %j', (description, sentence) => {
    // What a file holds has the type that its reader claims.
    expect(() => scheduleOf(description as Schedule)).toThrow(sentence)
  })
})

describe('capacityPenalty', () => {
  const [capacity, gamma]: Tensor<[]>[] = [tensor([], [5]), tensor([], [100])]

  it('pulls the KL towards C from both sides with strength γ', () => {
    const pull = grad((kl: Tensor<[2]>) => sum(capacityPenalty(kl, capacity!, gamma!), [0]))
    expect([...pull(tensor([2], [3, 8])).data]).toEqual([-100, 100])
    expect(item(capacityPenalty(tensor([1], [5]), capacity!, gamma!))).toBe(0)
  })
})
