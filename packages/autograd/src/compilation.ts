import { type AnyTensor, mapTensors, showShape } from '@vae/tensor'
import type { Stage } from './stopwatch.ts'

/** The tensors in the arguments of a call: dtype and shape by path. One program serves one signature. */
export type Signature = ReadonlyMap<string, string>

/** When and why a program was made. */
export interface Compilation {
  readonly signature: Signature
  /** The how manieth call of the compiled function needed it, from 1 on. */
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
const differences = (now: Signature, before: Signature): readonly string[] => {
  const paths = new Set([...now.keys(), ...before.keys()])
  return [...paths].flatMap((path) => {
    const [spec, earlier] = [now.get(path), before.get(path)]
    if (spec === earlier) return []
    if (earlier === undefined) return [`${path} is ${spec}, which it has not`]
    return [spec === undefined ? `${path} is missing` : `${path} is ${spec}, there ${earlier}`]
  })
}

/** Why none of the earlier programs serves a signature: what differs from the most similar one. */
export const reasonFor = (signature: Signature, earlier: readonly Signature[]): string => {
  const [nearest] = earlier
    .map((before, index) => ({ index, found: differences(signature, before) }))
    .sort((a, b) => a.found.length - b.found.length)
  if (nearest === undefined) return 'it is the first'
  const [first, ...others] = nearest.found
  const rest = others.length === 0 ? '' : `; ${others.length} more ${others.length === 1 ? 'input differs' : 'inputs differ'}`
  return `no earlier program fits; the nearest is program ${nearest.index + 1}, from which it differs: ${first}${rest}`
}

const milliseconds = (time: number): string => time.toFixed(time < 10 ? 2 : 1)

/** A readable account of a compilation, the `index`th of its function from 0 on. */
export const showCompilation = (
  { signature, call, reason, stages }: Compilation,
  index: number,
): string => {
  const total = stages.reduce((sum, stage) => sum + stage.milliseconds, 0)
  const parts = stages.map((stage) => `${stage.name} ${milliseconds(stage.milliseconds)}`)
  return [
    `program ${index + 1}, compiled at call ${call} in ${milliseconds(total)} ms: ${parts.join(', ')}`,
    `why: ${reason}`,
    `inputs: ${showSignature(signature)}`,
  ].join('\n')
}
