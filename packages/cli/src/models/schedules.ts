import { type Schedule, scheduleOf } from '@vae/models'
import { setting } from '../display/text.ts'
import type { ScheduleSettings } from './settings.ts'

const describe = (settings: ScheduleSettings): Schedule => {
  if (settings.kind !== 'cyclical') return settings
  const { cycles, ...rest } = settings
  return cycles === null ? rest : { ...rest, cycles }
}

/** The value of a schedule in step number `step`, from 1. */
export const valueAt = (settings: ScheduleSettings): ((step: number) => number) => {
  const value = scheduleOf(describe(settings))
  return (step) => value(step - 1)
}

/** A schedule for people. */
export const scheduleWords = (settings: ScheduleSettings): string => {
  switch (settings.kind) {
    case 'constant':
      return setting(settings.value)
    case 'cyclical':
      return (
        `${setting(settings.from)} to ${setting(settings.to)} in cycles of ${settings.period} steps` +
        (settings.cycles === null ? '' : `, ${settings.cycles} times`)
      )
    default:
      return `${setting(settings.from)} to ${setting(settings.to)}, ${settings.kind} over ${settings.steps} steps`
  }
}
