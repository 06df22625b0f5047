import { workerSource } from './worker.generated.ts'

/** A thread that was started, as far as the engine needs it. */
export interface Spawned {
  /** Resolves when it runs; rejects if it cannot be started. */
  readonly started: Promise<void>
  /** Ends the thread at once, whatever it does. */
  readonly terminate: () => void
}

/** Starts a thread with the data that worker/worker.ts wants; tells when it has ended, and why. */
export type Spawn = (data: object, ended: (reason: string) => void) => Spawned

/** As far as Node's modules are needed; other hosts have none, or imitate them. */
interface NodeWorker {
  readonly on: (event: 'error' | 'exit', listener: (argument: unknown) => void) => unknown
  readonly unref: () => void
  readonly terminate: () => unknown
}
interface NodeModules {
  readonly 'node:worker_threads': {
    readonly Worker: new (
      source: string,
      options: { readonly eval: true; readonly workerData: object; readonly execArgv: readonly string[] },
    ) => NodeWorker
  }
  readonly 'node:os': { readonly availableParallelism: () => number }
}
interface Host {
  readonly process?: {
    readonly versions?: { readonly [runtime: string]: string }
    readonly getBuiltinModule?: <Name extends keyof NodeModules>(name: Name) => NodeModules[Name] | undefined
  }
}

/** Node starts a worker without the help of the event loop of the thread that asks for it. */
const spawnInNode =
  ({ Worker }: NodeModules['node:worker_threads']): Spawn =>
  (workerData, ended) => {
    const worker = new Worker(workerSource, { eval: true, workerData, execArgv: [] })
    worker.on('error', (error) => ended(String(error)))
    worker.on('exit', (code) => ended(`it ended with exit code ${code}`))
    worker.unref()
    return { started: Promise.resolve(), terminate: () => void worker.terminate() }
  }

const spawnInBrowser: Spawn = (data, ended) => {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }))
  const worker = new Worker(url)
  const started = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve()
    worker.onerror = ({ message }) => {
      reject(new Error(message))
      ended(message)
    }
  }).finally(() => URL.revokeObjectURL(url))
  worker.postMessage(data)
  return { started, terminate: () => worker.terminate() }
}

/** Whether this thread may wait for others: the main thread of a page must not. */
const mayWait = (): boolean => {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0) === 'not-equal'
  } catch {
    return false
  }
}

/** How this host starts threads, and how many it can run at once. */
export interface Threading {
  readonly spawn: Spawn
  readonly cores: number
  /** Whether threads only start while this one returns to its event loop. */
  readonly startsLater: boolean
}

/** The threads of this host, or null where there are none: see docs/design/threads.md. */
export const threading = (): Threading | null => {
  if (typeof SharedArrayBuffer === 'undefined' || !mayWait()) return null
  const { versions, getBuiltinModule } = (globalThis as Host).process ?? {}
  if (versions?.node === undefined)
    return typeof Worker === 'undefined'
      ? null
      : { spawn: spawnInBrowser, cores: navigator.hardwareConcurrency, startsLater: true }
  // whoever imitates Node says so; whether its workers start as they do in Node is not known
  if (versions.deno !== undefined || versions.bun !== undefined) return null
  const workers = getBuiltinModule?.('node:worker_threads')
  const os = getBuiltinModule?.('node:os')
  return workers && os
    ? { spawn: spawnInNode(workers), cores: os.availableParallelism(), startsLater: false }
    : null
}
