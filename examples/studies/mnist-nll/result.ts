/** What a run of a recipe gives, ours or that of PyTorch; the members of a file beside the page. */
export interface Result {
  readonly epochs: number
  /** The negative log-likelihood of the test images, in nats. */
  readonly nll: number
  /** Its standard error over images. */
  readonly standardError: number
  /** Importance samples of each image. */
  readonly samples: number
  /** The negative bound that was minimised, a mean over the last epoch, in nats. */
  readonly bound: number
  readonly secondsPerEpoch: number
  readonly secondsOfEstimate: number
}
