import type { MetricsLine } from '../run/metrics.ts'

/** Where the running epoch stands. */
export interface StepView {
  readonly epoch: number
  readonly epochs: number
  readonly done: number
  readonly steps: number
  /** Nats per image, of the last step. */
  readonly reconstruction: number
  readonly kl: number
}

/** Shows a training: the only part of it that a user sees. */
export interface Display {
  readonly step: (view: StepView) => void
  readonly epoch: (line: MetricsLine, epochs: number) => void
  /** A line of text that stays. */
  readonly line: (text: string) => void
  readonly warning: (text: string) => void
  /** Gives the terminal back as it was. */
  readonly stop: () => void
}
