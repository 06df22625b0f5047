/*
 * The words through which the threads of an engine command and wait for each other. They lie in the first KiB of the
 * memory at the addresses of assembly/threads.ts; indices count words of 4 bytes.
 */
export const control = {
  /** Not 0 once the run of some thread has failed: `trapped` or `stalled`. */
  poison: 33,
  /** The number of the last command, the command and its three arguments. */
  ticket: 48,
  command: 49,
  /** How many workers sleep until the next command. */
  resting: 64,
  /** How many commands were carried out, by all workers together; runs do not count. */
  done: 65,
  /** Seconds that a thread may be waited for at a barrier. */
  patience: 66,
  /** Not 0 once a thread has claimed to write why it failed. */
  claimed: 80,
  /** Bytes of the reason (UTF-8), which follows. */
  reasonBytes: 81,
  reason: 82,
  /** The word after the last. */
  end: 256,
} as const

export type Control = typeof control

/** What workers are told to do. */
export const commands = {
  /** (number, scratch, persistent): run a program. */
  run: 1,
  /** (number, address, bytes): compile a program. */
  load: 2,
  /** (number): forget a program. */
  unload: 3,
} as const

export type Commands = typeof commands

/** Why a run was poisoned. */
export const poisons = { trapped: 1, stalled: 2 } as const
