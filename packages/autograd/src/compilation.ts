import { type AnyTensor, mapTensors, showShape } from '@vae/tensor'
import type { Stage } from './stopwatch.ts'

/** The tensors in the arguments of a call: dtype and shape by path. One program serves one signature. */
export type Signature = ReadonlyMap<string, string>

/** When and why a program was made. */
export interface Compilation {
  readonly signature: Signature
  /** Which call of the compiled function needed it, counted from 1. */
  readonly call: number
  /** What differs from the most similar earlier signature, as a sentence. */
  readonly reason: string
  /** What was done, and how long it took: recording, simplifying, and what the engine did. */
  readonly stages: readonly Stage[]
}

/** The tensors in a tree of arguments, and their signature. */
export const signatureOf = (args: readonly unknown[]) => {
  const tensors: AnyTensor[] = []
  const signature = new Map<string, string>()
  mapTensors(args, (tensor, path) => {
    tensors.push(tensor)
    signature.set(path, `${tensor.dtype} ${showShape(tensor.shape)}`)
    return tensor
  })
  return { tensors, signature: signature as Signature }
}

/** A signature on one line; equal signatures give equal lines. */
export const showSignature = (signature: Signature): string =>
  [...signature].map(([path, spec]) => `${path}: ${spec}`).join(', ')

/** Where two signatures differ, each place as a clause. */
const differences = (now: Signature, before: Signature): readonly string[] =>
  [...new Set([...now.keys(), ...before.keys()])]
    .filter((path) => now.get(path) !== before.get(path))
    .map(
      (path) => `argument ${path} is ${now.get(path) ?? 'missing'}, there ${before.get(path) ?? 'nothing'}`,
    )

/** Why none of the earlier programs serves a signature: what differs from the most similar one. */
export const reasonFor = (signature: Signature, earlier: readonly Signature[]): string => {
  const [nearest] = earlier
    .map((before, index) => ({ index, found: differences(signature, before) }))
    .sort((a, b) => a.found.length - b.found.length)
  if (nearest === undefined) return 'it is the first'
  const [first, ...others] = nearest.found
  const rest =
    others.length === 0 ? '' : `; ${others.length} more ${others.length === 1 ? 'differs' : 'differ'}`
  return `unlike program ${nearest.index + 1}, the nearest: ${first}${rest}`
}

const milliseconds = (time: number): string => time.toFixed(time < 10 ? 2 : 1)

/** A readable account of a compilation, the `index`th of its function from 0 on. */
export const showCompilation = ({ signature, call, reason, stages }: Compilation, index: number): string => {
  const total = stages.reduce((sum, stage) => sum + stage.milliseconds, 0)
  const parts = stages.map((stage) => `${stage.name} ${milliseconds(stage.milliseconds)}`)
  return [
    `program ${index + 1}, compiled at call ${call} in ${milliseconds(total)} ms: ${parts.join(', ')}`,
    `why: ${reason}`,
    `inputs: ${showSignature(signature)}`,
  ].join('\n')
}
