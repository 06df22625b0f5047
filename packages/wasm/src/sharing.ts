import type { Code } from './code.ts'

/** Parameters of the function of a plan that say which thread runs it. */
export const THREAD = 2

/** Bytes that are divided among threads as one: a cache line. */
export const lineBytes = 64

/** Writes the code by which the threads of a run divide the steps of a plan: docs/design/threads.md. */
export interface Sharing {
  /** Pushes the begin and the end of this thread's part of `units`, or of all if `shared` is false. */
  readonly range: (units: number, shared: boolean) => void
  /** As `range`, for bytes in whole cache lines: the locals of where the part begins, and of its length. */
  readonly span: (bytes: number, shared: boolean) => { readonly start: number; readonly length: number }
  /** Code that thread 0 runs alone. */
  readonly alone: (body: () => void) => void
  /** Waits for all threads. */
  readonly barrier: () => void
}

/** `barrier` is the index of the imported function. One thread takes everything and never waits. */
export const sharingOf = (code: Code, threads: number, barrier: number): Sharing => {
  const next = code.local('i32')
  const [start, length] = [code.local('i32'), code.local('i32')]
  if (threads > 1) code.get(THREAD).constant(1).plain('i32.add').set(next)

  const least = (local: number, limit: number) =>
    code.get(local).constant(limit).get(local).constant(limit).plain('i32.lt_u').plain('select')
  /** Pushes where the part of a thread begins: the first ones get one unit more where it does not come out even. */
  const boundary = (thread: number, units: number) => {
    const rest = units % threads
    code
      .get(thread)
      .constant(Math.floor(units / threads))
      .plain('i32.mul')
    if (rest > 0) least(thread, rest).plain('i32.add')
  }
  const range = (units: number, shared: boolean) => {
    if (!shared) {
      code.constant(0).constant(units)
      return
    }
    boundary(THREAD, units)
    boundary(next, units)
  }
  const span = (bytes: number, shared: boolean) => {
    if (!shared) {
      code.constant(0).set(start).constant(bytes).set(length)
      return { start, length }
    }
    const lines = Math.ceil(bytes / lineBytes)
    // the last line may have bytes that do not count
    const place = (thread: number, local: number) => {
      boundary(thread, lines)
      code.constant(lineBytes).plain('i32.mul').set(local)
      least(local, bytes)
    }
    place(THREAD, start)
    code.set(start)
    place(next, length)
    code.get(start).plain('i32.sub').set(length)
    return { start, length }
  }
  return {
    range,
    span,
    alone: (body) => {
      if (threads === 1) body()
      else code.get(THREAD).plain('i32.eqz').when(body)
    },
    barrier: () => {
      if (threads > 1) code.constant(threads).call(barrier)
    },
  }
}
