import type { MeanEstimate } from '@vae/metrics'

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>

/** What a figure is called, and what it is measured in. */
export interface FigureInfo {
  /** The name in `metrics.jsonl` and in JSON. */
  readonly name: string
  /** The name for people. */
  readonly title: string
  readonly unit: string
}

/** A figure with its uncertainty. */
export interface Estimate {
  readonly value: number
  /** The standard deviation of a mean over the choice of examples; null where it is unknown. */
  readonly standardError: number | null
}

/** A mean with its standard error, where that is known. */
export const estimateOf = ({ mean, standardError }: MeanEstimate): Estimate => ({
  value: mean,
  standardError: Number.isNaN(standardError) ? null : standardError,
})

/** A value of which no error is known. */
export const valueOnly = (value: number): Estimate => ({ value, standardError: null })

/** Estimates by the names of their figures. */
export type Estimates = Readonly<Record<string, Estimate>>

/** Figures in words. */
export type Describe = (figures: Figures) => string

/** A figure in few digits: two after the point, or three significant ones of a small number. */
export const showFigure = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(3) : value.toFixed(2)

/** A figure with enough digits to compare runs. */
export const preciseFigure = (value: number): string => {
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) < 0.1 ? value.toPrecision(4) : value.toFixed(3)
}

/** The values of estimates alone. */
export const valuesOf = (estimates: Estimates): Figures =>
  Object.fromEntries(Object.entries(estimates).map(([name, { value }]) => [name, value]))
