/** Where the running epoch stands. */
export interface StepView {
  readonly epoch: number
  readonly epochs: number
  readonly done: number
  readonly steps: number
  /** Terms of the loss of the last step, by the names that people read. */
  readonly terms: Readonly<Record<string, number>>
}

/** What an epoch has shown. */
export interface EpochView {
  readonly epoch: number
  readonly epochs: number
  /** The mean loss of its steps. */
  readonly loss: number
  /** What was measured over the test examples, in words. */
  readonly test: string
  readonly seconds: number | null
}

/** Shows a training: the only part of it that a user sees. */
export interface Display {
  readonly step: (view: StepView) => void
  readonly epoch: (view: EpochView) => void
  /** A line of text that stays. */
  readonly line: (text: string) => void
  readonly warning: (text: string) => void
  /** Gives the terminal back as it was. */
  readonly stop: () => void
}
