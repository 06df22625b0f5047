import { commands, control, poisons } from './control.ts'
import type { Spawn, Spawned } from './spawn.ts'

/** What a team needs of its engine. */
export interface TeamOptions {
  readonly memory: WebAssembly.Memory
  /** The kernels, compiled, and as an instance on that memory. */
  readonly module: WebAssembly.Module
  readonly kernels: WebAssembly.Exports
  /** How many threads share a run, this one included; at least 2. */
  readonly threads: number
  readonly spawn: Spawn
}

/** A run as workers are told of it. */
export interface TeamRun {
  /** What `load` gave. */
  readonly program: number
  readonly scratch: number
  readonly persistent: number
  /** Seconds that a thread may be waited for at a barrier. */
  readonly patience: number
}

/** The workers that share runs with this thread, which has number 0. It is ended when nobody holds it any more. */
export interface Team {
  /** Resolves when all workers have started; rejects if one cannot. */
  readonly started: Promise<void>
  /** Gives the program of `bytes` bytes at `address` to all workers, who read it until `settle` returns. */
  readonly load: (address: number, bytes: number) => number
  /** Lets the workers forget a program. */
  readonly unload: (program: number) => void
  /** Returns when all workers have loaded or forgotten what they were told. Throws the reason if one cannot. */
  readonly settle: () => void
  /**
   * Runs a program on all threads, on this one by `share`, and returns when all are done. Throws the reason if one of
   * them traps, ends, or does not come to a barrier in time; then, and at every later call.
   */
  readonly run: (run: TeamRun, share: () => void) => void
  /** Throws why nothing can be run any more, if that is so. */
  readonly check: () => void
  /** Ends the workers. */
  readonly close: () => void
}

/** Seconds in which a worker must have started, or compiled a program. */
const slowest = 60

/** What ends the workers of a team that was not closed. */
const forgotten = new FinalizationRegistry<() => void>((stop) => stop())

/** Starts the workers. Throws where the host refuses. */
export const createTeam = ({ memory, module, kernels, threads, spawn }: TeamOptions): Team => {
  const words = new Int32Array(memory.buffer, 0, control.end)
  // the kernel module exports exactly what assembly/index.ts lists
  const { poison } = kernels as { poison: (reason: number) => void }
  const workers: Spawned[] = []
  let stopped: Error | null = null
  let programs = 0
  /** What `control.done` is when all workers have carried out what they were told. */
  let expected = 0

  const check = (): void => {
    if (stopped !== null) throw stopped
  }
  const stop = (reason: string, cause?: unknown): Error => {
    stopped ??= new Error(reason, { cause })
    for (const worker of workers) worker.terminate()
    return stopped
  }
  const fail = (reason: string, cause?: unknown): Error =>
    stop(`run: ${reason}; what the engine holds is lost: make a new one`, cause)

  /** Why a run was poisoned, in the words of the thread that did it. */
  const reasonOf = (error: unknown): string => {
    const bytes = Atomics.load(words, control.reasonBytes)
    if (bytes > 0) {
      const text = new Uint8Array(memory.buffer, 4 * control.reason, bytes).slice()
      return `a thread failed: ${new TextDecoder().decode(text)}`
    }
    return Atomics.load(words, control.poison) === poisons.stalled
      ? 'a thread is waited for in vain; it must have ended'
      : `a thread failed: ${String(error)}`
  }

  const settle = (): void => {
    check()
    for (let seconds = 0; Atomics.load(words, control.done) !== expected; ) {
      const done = Atomics.load(words, control.done)
      if (done !== expected && Atomics.wait(words, control.done, done, 1000) === 'timed-out') seconds++
      if (seconds === slowest) throw fail('a thread does not answer; it must have ended')
    }
    if (Atomics.load(words, control.poison) !== 0) throw fail(reasonOf(null))
  }

  const command = (...values: readonly number[]): void => {
    words.set(values, control.command)
    Atomics.add(words, control.ticket, 1)
    if (Atomics.load(words, control.resting) > 0) Atomics.notify(words, control.ticket)
  }
  /** A command that every worker reports when it is done. */
  const tell = (...values: readonly number[]): void => {
    settle()
    expected = (expected + workers.length) | 0
    command(...values)
  }

  const ended = (reason: string): void => {
    if (stopped === null) fail(`a thread failed: ${reason}`)
  }
  for (let thread = 1; thread < threads; thread++) {
    const data = { memory, module, thread, control, commands, trapped: poisons.trapped }
    workers.push(spawn(data, ended))
  }
  const team: Team = {
    started: Promise.all(workers.map((worker) => worker.started)).then(() => undefined),
    load: (address, bytes) => {
      tell(commands.load, programs, address, bytes)
      return programs++
    },
    unload: (program) => {
      if (stopped === null) tell(commands.unload, program)
    },
    settle,
    run: ({ program, scratch, persistent, patience }, share) => {
      settle()
      words[control.patience] = patience
      command(commands.run, program, scratch, persistent)
      try {
        share()
      } catch (error) {
        poison(poisons.trapped)
        throw fail(reasonOf(error), error)
      }
    },
    check,
    close: () => void stop('run: the engine was closed'),
  }
  // `stop` knows the workers, and nothing that knows the team
  forgotten.register(team, () => stop('run: the engine was closed'))
  return team
}
