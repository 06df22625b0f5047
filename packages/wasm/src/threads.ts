import type { Arena } from './memory.ts'
import { threading } from './spawn.ts'
import { createTeam, type Team, type TeamOptions } from './team.ts'

/** The threads of an engine. Workers start when the first program wants them. */
export interface Threads {
  /** How many may share a run. */
  readonly count: () => number
  /** Starts the workers unless they run; false if the host refuses: from then on there is one thread. */
  readonly start: () => boolean
  /** Gives a program to the workers, who must have started. Throws a RangeError if there is no room for it. */
  readonly load: (program: Uint8Array) => SharedProgram
  /** Throws why nothing can be run any more, if that is so. */
  readonly check: () => void
  readonly close: () => void
}

/** A program that all threads can run. */
export interface SharedProgram {
  /** See `Team.run`: `share` runs the part of this thread. */
  readonly run: (scratch: number, persistent: number, patience: number, share: () => void) => void
  readonly unload: () => void
}

/** What is given to workers once they start. */
type Equipment = Omit<TeamOptions, 'spawn' | 'threads' | 'memory'>

/**
 * At most `wanted` threads, by default as many as there are cores; one where the host has none. Waits for workers only
 * where they cannot start later.
 */
export const createThreads = async (
  arena: Arena,
  equipment: Equipment,
  wanted: number | undefined,
): Promise<Threads> => {
  const host = threading()
  let count = host === null ? 1 : (wanted ?? host.cores)
  let team: Team | null = null
  let closed = false
  /** The address of a program that workers may still read. */
  let lent: number | null = null

  const start = (): boolean => {
    if (team !== null || host === null || count === 1) return count > 1
    try {
      team = createTeam({ ...equipment, memory: arena.memory, threads: count, spawn: host.spawn })
    } catch {
      // a host may have workers, and forbid them
      count = 1
    }
    return count > 1
  }
  if (host?.startsLater && start())
    await team!.started.catch(() => {
      team = null
      count = 1
    })

  return {
    count: () => count,
    start,
    load: (bytes) => {
      const workers = team!
      workers.settle()
      if (lent !== null) arena.release(lent)
      lent = arena.allocate(bytes.length)
      arena.bytes().set(bytes, lent)
      const program = workers.load(lent, bytes.length)
      return {
        run: (scratch, persistent, patience, share) =>
          workers.run({ program, scratch, persistent, patience }, share),
        unload: () => workers.unload(program),
      }
    },
    check: () => {
      if (closed) throw new Error('run: the engine was closed')
      team?.check()
    },
    close: () => {
      closed = true
      team?.close()
    },
  }
}
