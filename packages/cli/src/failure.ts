import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** Why a command could not do what was asked: one sentence for the user. A `DataError` is one. */
export interface Failure {
  readonly message: string
}

/** The constructor of `Failure`. */
export const failure = (message: string): Failure => ({ message })

/** A failure where only exceptions can leave: in the callbacks of other libraries. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Runs what may throw a `Refusal`. Anything else that it throws is a bug, and stays an exception. */
export const refusable =
  <A>(run: () => A | Promise<A>): TaskEither<Failure, A> =>
  async () => {
    try {
      return E.right(await run())
    } catch (error) {
      if (error instanceof Refusal) return E.left(failure(error.message))
      throw error
    }
  }
