import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fromRoot } from '../process.mjs'
import { converse } from './conversation.mjs'

const inNode = (system) => (folder) =>
  converse(process.execPath, [fromRoot('.ci/bench/child.mjs'), system, folder])

/** Every python3 on the path: a version manager may hide the one that has torch. */
const pythons = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .filter((path) => existsSync(path))

/** Starts PyTorch in the first python3 that has it; its BLAS has threads of its own. */
const inPython = (threads) => (folder) => {
  const env = { OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` }
  const start = (python) =>
    converse(python, [fromRoot('.ci/bench/systems/torch.py'), folder, `${threads}`], env)
  let child = null
  const answer = async () => {
    let reason = new Error('there is no python3 on the path')
    for (const python of pythons()) {
      child = start(python)
      try {
        return await child.answer()
      } catch (error) {
        reason = error
      }
    }
    throw reason
  }
  return { answer, ask: (line) => child.ask(line), close: () => child?.close() }
}

/** What is measured: the engine first, which the others are compared with. Of several starts the fastest counts. */
export const systems = [
  { name: 'vae', label: '@vae/wasm', starts: [inNode('vae')] },
  { name: 'tfjs', label: 'TensorFlow.js, wasm', starts: [inNode('tfjs')] },
  { name: 'jax-js', label: 'jax-js, wasm', starts: [inNode('jax-js')] },
  { name: 'torch', label: 'PyTorch', starts: [inPython(1), inPython(2)] },
]
