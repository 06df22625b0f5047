import type { AnyTensor } from '@vae/tensor'
import type { Profile } from './profile.ts'
import type { Stage } from './stopwatch.ts'
import type { Tape } from './tape.ts'

/** The storage of a donated input is taken over by an output of the same shape and dtype. */
export interface Donation {
  /** Index into `tape.inputs`. */
  readonly input: number
  /** Index into `tape.outputs`. */
  readonly output: number
}

/** What an engine needs to know beside the tape. */
export interface LoadOptions {
  readonly donations: readonly Donation[]
}

/** A tape made ready to run. */
export interface Executable {
  /** One tensor for each of `tape.inputs`, in order; returns one for each of `tape.outputs`. */
  readonly run: (inputs: readonly AnyTensor[]) => readonly AnyTensor[]
  /** A readable account of the program: kernels, buffers with offset, size and lifetime, peak bytes. */
  readonly explain: () => string
  /** What loading took, part by part. */
  readonly stages: readonly Stage[]
  /**
   * Runs the program step by step on copies of the inputs and measures each; null for an engine that has no steps.
   */
  readonly profile: ((inputs: readonly AnyTensor[]) => Profile) | null
  /** Gives the program's memory back to the engine. */
  readonly close: () => void
}

/** Something that runs tapes: the reference evaluator, WebAssembly, … */
export interface Engine {
  readonly name: string
  /** What the bits of a result may depend on, recorded with a run, for example `simd128`. */
  readonly features: string
  readonly load: (tape: Tape, options: LoadOptions) => Executable
  /** Ends the engine with all its programs, which cannot run any more, and gives back its threads. */
  readonly close: () => void
}
