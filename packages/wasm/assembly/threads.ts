// How the threads of an engine wait for each other: docs/design/threads.md. The words lie in the first KiB of the
// memory, which nothing else uses; src/control.ts gives them the same addresses. What one thread writes often and
// others read often lies on different cache lines.

const ARRIVED: usize = 64
const SLEEPING: usize = 68
const GENERATION: usize = 128
const POISON: usize = 132
const TICKET: usize = 192
const RESTING: usize = 256
const PATIENCE: usize = 264

/** What `POISON` says when a thread was waited for in vain: `stalled` in src/control.ts. */
const STALLED: i32 = 2

/** Looks at a word before a thread lies down, some 12 µs: what a thread is usually waited for takes less. */
const SPINS: i32 = 32768

/** Sleeps until generation `last` is over; false after as many seconds as the run allows. */
function sleepThrough(last: i32): bool {
  atomic.add<i32>(SLEEPING, 1)
  // seconds are counted one by one: a process that was stopped for a while loses one, not all
  let seconds = atomic.load<i32>(PATIENCE)
  while (atomic.load<i32>(GENERATION) == last && seconds > 0)
    if (atomic.wait<i32>(GENERATION, last, 1000000000) == AtomicWaitResult.TIMED_OUT) seconds--
  atomic.sub<i32>(SLEEPING, 1)
  return atomic.load<i32>(GENERATION) != last
}

/** Ends the run on every thread: those that wait at a barrier, or come to one, trap. The first reason stays. */
export function poison(reason: i32): void {
  atomic.cmpxchg<i32>(POISON, 0, reason)
  atomic.add<i32>(GENERATION, 1)
  atomic.notify(GENERATION)
}

@inline
function leaveIfPoisoned(): void {
  if (atomic.load<i32>(POISON) != 0) unreachable()
}

/** Returns once all threads of the run are here, and they see what each of them has written. */
export function barrier(threads: i32): void {
  const generation = atomic.load<i32>(GENERATION)
  // in this order: who reads the generation of a poisoned run finds the poison
  leaveIfPoisoned()
  if (atomic.add<i32>(ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(ARRIVED, 0)
    atomic.add<i32>(GENERATION, 1)
    if (atomic.load<i32>(SLEEPING) != 0) atomic.notify(GENERATION)
    return
  }
  for (let spin = 0; spin < SPINS; spin++)
    if (atomic.load<i32>(GENERATION) != generation) {
      leaveIfPoisoned()
      return
    }
  if (!sleepThrough(generation)) poison(STALLED)
  leaveIfPoisoned()
}

/** Waits for the command after `seen`; its number. */
export function nextTicket(seen: i32): i32 {
  for (let spin = 0; spin < SPINS; spin++) {
    const ticket = atomic.load<i32>(TICKET)
    if (ticket != seen) return ticket
  }
  atomic.add<i32>(RESTING, 1)
  while (atomic.load<i32>(TICKET) == seen) atomic.wait<i32>(TICKET, seen)
  atomic.sub<i32>(RESTING, 1)
  return atomic.load<i32>(TICKET)
}
