import type { MetricsLine } from '../run/metrics.ts'

/** Nats with two digits after the point, or three of a small number. */
export const nats = (value: number): string => value.toFixed(2)

/** Seconds for people: `0.84 s`, `12.3 s`, `3 min 05 s`. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** A whole number with separated thousands. */
export const count = (value: number): string => value.toLocaleString('en')

/** What an epoch has shown, in one line. */
export const epochLine = ({ epoch, train, test, seconds }: MetricsLine, epochs: number): string => {
  const width = String(epochs).length
  return [
    `epoch ${String(epoch).padStart(width)}/${epochs}`,
    `train loss ${nats(train.loss)}`,
    `test −ELBO ${nats(test.negativeElbo)} = reconstruction ${nats(test.reconstruction)} + KL ${nats(test.kl)} nats per image`,
    ...(seconds === null ? [] : [duration(seconds)]),
  ].join(' · ')
}

/** A setting as people write it: `0.001`, `1e-5`. */
export const setting = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
