import { wasmEngine } from '@vae/wasm'
import { train } from './train.ts'

/*
 * Trains with one and with three threads. A module for the main thread of a page, where the engine may not wait and so
 * has one thread, and for a worker, where it starts more.
 */

const { Worker } = globalThis
let workers = 0
if (Worker !== undefined)
  globalThis.Worker = class extends Worker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters)
      workers++
    }
  }

/** Large enough for threads to pay, and odd. */
const sizes = { features: 401, hidden: 203, latent: 7, batch: 67 }

/** What came out, and how many threads the engine started for it. */
const compared = async (): Promise<{ same: boolean; workers: number }> => {
  const [one, three] = [await wasmEngine({ threads: 1 }), await wasmEngine({ threads: 3 })]
  const [expected, actual] = [train(one, sizes), train(three, sizes)]
  three.close()
  return { same: expected.every((x, i) => Object.is(x, actual[i])), workers }
}

const found = compared()
if (typeof document === 'undefined') found.then((result) => postMessage(result))
else Object.assign(globalThis, { found })
