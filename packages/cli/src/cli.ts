import { CommanderError } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { Refusal } from './failure.ts'
import { createProgram } from './program.ts'

const complain = (message: string): number => {
  process.stderr.write(`vae: ${message}\n`)
  return 1
}

/** What an exception means: help and usage errors have spoken already, all but a refusal is a bug of ours. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode
  if (error instanceof Refusal) return complain(error.message)
  const message = error instanceof Error ? error.message : String(error)
  const trace = error instanceof Error && process.env.VAE_DEBUG ? `\n${error.stack}` : ''
  return complain(`this is a bug: ${message}${trace || ' (VAE_DEBUG=1 shows where)'}`)
}

/** Runs the command line `argv` (node, script, arguments); returns the exit code. Never rejects. */
export const runCommandLine = async (argv: readonly string[]): Promise<number> => {
  let exitCode = 0
  const program = createProgram(async (command) => {
    const result = await command()
    exitCode = E.isLeft(result) ? complain(result.left.message) : result.right
  })
  try {
    await program.parseAsync([...argv])
    return exitCode
  } catch (error) {
    return exitCodeOf(error)
  }
}
