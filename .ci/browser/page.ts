import { referenceEngine } from '@vae/autograd'
import { wasmEngine } from '@vae/wasm'
import { train } from './train.ts'

const sizes = { features: 13, hidden: 7, latent: 3, batch: 5 }

/** The largest difference between the two engines, relative to the largest number. */
const difference = async (): Promise<number> => {
  const [expected, actual] = [train(referenceEngine, sizes), train(await wasmEngine(), sizes)]
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!))) / scale
}

Object.assign(globalThis, { difference: difference() })
