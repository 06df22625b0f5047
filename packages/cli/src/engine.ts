import { type Engine, referenceEngine } from '@vae/autograd'
import { wasmEngine } from '@vae/wasm'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, failure, Refusal } from './failure.ts'

/** The engines that a run can choose. */
export const engineNames = ['wasm', 'reference'] as const
export type EngineName = (typeof engineNames)[number]

/** A model that does not fit is the user's to change: the engine's sentence, without a trace. */
const refusing = (engine: Engine): Engine => ({
  ...engine,
  load: (tape, options) => {
    try {
      return engine.load(tape, options)
    } catch (error) {
      if (error instanceof RangeError) throw new Refusal(error.message)
      throw error
    }
  },
})

/** Starts an engine, with as many threads as the machine has cores unless told. */
export const startEngine = (name: EngineName, threads: number | undefined): TE.TaskEither<Failure, Engine> =>
  name === 'reference'
    ? TE.right(referenceEngine)
    : TE.tryCatch(
        async () => refusing(await wasmEngine(threads === undefined ? {} : { threads })),
        (error) =>
          failure(
            `the wasm engine cannot start here: ${error instanceof Error ? error.message : String(error)}; ` +
              '--engine reference runs anywhere, slowly',
          ),
      )
