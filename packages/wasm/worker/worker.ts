/*
 * The program of a worker thread: it carries out the commands that the engine writes into the shared memory
 * (docs/design/threads.md). build-kernels.mjs makes it a string, from which Node and browsers start workers without a
 * file of their own that a bundler would have to find; so it imports types only.
 */
import type { Commands, Control } from '../src/control.ts'

/** What the engine gives to a worker. */
export interface WorkerData {
  readonly memory: WebAssembly.Memory
  /** The kernels, compiled. */
  readonly module: WebAssembly.Module
  /** The number of the thread, from 1 on. */
  readonly thread: number
  readonly control: Control
  readonly commands: Commands
  /** What a run is poisoned with when a program traps. */
  readonly trapped: number
}

interface Kernels {
  readonly nextTicket: (seen: number) => number
  readonly poison: (reason: number) => void
}

type Run = (scratch: number, persistent: number, thread: number) => void

const work = ({ memory, module, thread, control, commands, trapped }: WorkerData): void => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
  // the kernel module exports exactly what assembly/index.ts lists
  const { nextTicket, poison } = kernels as unknown as Kernels
  const words = new Int32Array(memory.buffer, 0, control.end)
  const programs = new Map<number, Run>()

  const load = (program: number, address: number, bytes: number): void => {
    // another thread has grown the memory; this one may not have noticed
    if (memory.buffer.byteLength < address + bytes) memory.grow(0)
    const compiled = new WebAssembly.Module(new Uint8Array(memory.buffer, address, bytes).slice())
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, kernels })
    // the encoder exports `run` with two addresses and the number of the thread
    programs.set(program, exports.run as Run)
  }

  /** Says why the run ends here, unless it has ended already, and ends it everywhere. */
  const fail = (error: unknown): void => {
    if (Atomics.load(words, control.poison) !== 0) return
    if (Atomics.compareExchange(words, control.claimed, 0, 1) !== 0) return
    const room = 4 * (control.end - control.reason)
    const reason = new TextEncoder().encode(String(error)).subarray(0, room)
    new Uint8Array(memory.buffer).set(reason, 4 * control.reason)
    Atomics.store(words, control.reasonBytes, reason.length)
    poison(trapped)
  }

  const done = (): void => {
    Atomics.add(words, control.done, 1)
    Atomics.notify(words, control.done)
  }

  let seen = 0
  for (;;) {
    seen = nextTicket(seen)
    // `command` is followed by its arguments
    const [command, first, second, third] = words.subarray(control.command, control.command + 4)
    try {
      if (command === commands.run) programs.get(first!)!(second!, third!, thread)
      // words are signed, and an address may lie beyond 2³¹
      else if (command === commands.load) load(first!, second! >>> 0, third!)
      else programs.delete(first!)
    } catch (error) {
      fail(error)
    }
    if (command !== commands.run) done()
  }
}

interface Host {
  readonly process?: {
    readonly getBuiltinModule?: (name: string) => { readonly workerData: WorkerData | null } | undefined
  }
}

const given = (globalThis as Host).process?.getBuiltinModule?.('node:worker_threads')?.workerData
if (given) work(given)
else
  addEventListener('message', ({ data }: MessageEvent<WorkerData>) => {
    postMessage(null)
    work(data)
  })
