import { showFigure } from '../metrics/figure.ts'
import type { EpochView } from './display.ts'

/** Seconds for people: `0.84 s`, `12.3 s`, `3 min 05 s`. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** `1:05`, `2:03:04`. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(whole % 60).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

/** A whole number with separated thousands. */
export const count = (value: number): string => value.toLocaleString('en')

/** What an epoch has shown, in one line. */
export const epochLine = ({ epoch, epochs, loss, test, seconds }: EpochView): string => {
  const width = String(epochs).length
  return [
    `epoch ${String(epoch).padStart(width)}/${epochs}`,
    `train loss ${showFigure(loss)}`,
    `test ${test}`,
    ...(seconds === null ? [] : [duration(seconds)]),
  ].join(' · ')
}

/** A setting as people write it: `0.001`, `1e-5`. */
export const setting = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
